using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Ptrace;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Sandbox;

/// <summary>Reads the lines of runsc's own strace: <c>… strace.go:602] [   1:   1] sh X access(0x7f… /etc/x, 0o4) = 0 (0x0) errno=2 (…) (288µs)</c>.</summary>
/// <remarks>
/// Facts: pkg/sentry/strace/strace.go, SyscallInfo.printEnter and printExit, at release-20221219.0. Paths stand in it as they are, without quotes: where they make the arguments
/// ambiguous, and for what the log does not print, an argument is left out.
/// </remarks>
static class StraceLine
{
    // Errors inside of gVisor that no program sees: the call begins anew or ends with EINTR (pkg/errors/linuxerr/internal.go).
    const int FirstInternalErrno = 512, Interrupted = 4;

    /// <summary>Whether a line is of strace at all; the log has others.</summary>
    public static bool IsStrace(string line) => line.Contains(" strace.go:", StringComparison.Ordinal);

    /// <summary>Whether it is that of a call which begins, and whose end has a line of its own.</summary>
    public static bool IsEnter(string line) => Body(line) is var (_, kind, _) && kind == 'E';

    /// <summary>The call that a line of an end tells of, in the form of a recording; null where the line is not understood.</summary>
    /// <param name="abi">The machine's own ABI.</param>
    /// <param name="fewest">The fewest arguments that a line of each call had so far: one with more has a comma in a path, and what stands from there on is left out. Kept up to date.</param>
    public static Observation? Parse(string line, Abi abi, Dictionary<Nr, int> fewest)
    {
        if (Body(line) is not var (program, kind, text) || kind != 'X') return null;
        var open = text.IndexOf('(');
        var end = text.LastIndexOf(") = ", StringComparison.Ordinal);
        if (open <= 0 || end < open || NumberOf(text[..open], abi) is not { } nr) return null;
        var result = ResultOf(text[(end + 4)..]);
        var words = Split(text[(open + 1)..end]);
        var usual = fewest[nr] = Math.Min(words.Count, fewest.GetValueOrDefault(nr, words.Count));
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        string? path = null;
        var keys = KeyArguments.Of(abi, nr);
        var clear = words.Count == usual ? usual : keys.Where(IsText).Select(key => key.Position).DefaultIfEmpty(usual).Min();
        foreach (var key in keys)
        {
            if (key.Position >= clear) continue;
            var word = words[key.Position];
            if (key.Form == KeyForm.Path) path ??= TextOf(word);
            else if (ValueOf(key, word, abi, arguments) is { } value) arguments.Add(new Argument(key.Name, value & key.Mask));
        }
        path = path is null ? null : PathText.Of(Encoding.UTF8.GetBytes(path));
        if (path is not null && result.IsSuccess && !PathText.IsDeciding(path)) path = null;
        return new Observation(abi, nr, arguments.ToImmutable(), path, result, Phase.Startup, 1, [program]);
    }

    static bool IsText(KeyArgument key) => key.Form is KeyForm.Path or KeyForm.Text;

    // What runsc has no name for it calls by its number: SyscallMap.Name, pkg/sentry/strace/strace.go.
    static Nr? NumberOf(string name, Abi abi) =>
        Syscalls.NrOf(abi, name)
        ?? (name.StartsWith("sys_", StringComparison.Ordinal) && int.TryParse(name.AsSpan("sys_".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new Nr(number) : null);

    static (string Program, char Kind, string Text)? Body(string line)
    {
        // "] [ tgid: tid] name X call": a program's name may hold blanks.
        var at = line.IndexOf("] [", StringComparison.Ordinal);
        var from = at < 0 ? -1 : line.IndexOf("] ", at + 3, StringComparison.Ordinal);
        if (from < 0) return null;
        var body = line.AsSpan(from + 2);
        var mark = body.IndexOf(" X ");
        var enter = body.IndexOf(" E ");
        if (mark < 0 || (enter >= 0 && enter < mark)) mark = enter;
        return mark < 0 ? null : (body[..mark].ToString(), body[mark + 1], body[(mark + 3)..].ToString());
    }

    static Result ResultOf(string text)
    {
        const string mark = "errno=";
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0) return Result.Success;
        var digits = text.AsSpan(at + mark.Length);
        digits = digits[..Math.Max(0, digits.IndexOf(' '))];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var errno) && errno > 0
            ? Result.Failed(new Errno(errno >= FirstInternalErrno ? Interrupted : errno))
            : Result.Success;
    }

    static ulong? ValueOf(KeyArgument key, string word, Abi abi, ImmutableArray<Argument>.Builder others)
    {
        if (key.Form == KeyForm.Fd || key.Offset is not null || key.Socket is not null) return null;
        ulong? on = null;
        if (key.Depends is { } chooser)
        {
            foreach (var other in others)
            {
                if (other.Name == chooser.Name) on = other.Value;
            }
            if (!key.When.IsEmpty && (on is null || !key.When.Contains(on.Value))) return null;
        }
        var text = key.Form == KeyForm.Text ? TextOf(word) : word.Split(' ')[0];
        if (text is null) return null;
        if (text.StartsWith("0o", StringComparison.Ordinal)) return OctalOf(text.AsSpan(2));
        return KeyArguments.Known.Constants.TryParse(key, text, abi, on, out var value) ? value : null;
    }

    static ulong? OctalOf(ReadOnlySpan<char> digits)
    {
        ulong value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return null;
            value = value << 3 | (uint)(digit - '0');
        }
        return value;
    }

    // "0x7f… text"; an address alone could not be read.
    static string? TextOf(string word)
    {
        var at = word.IndexOf(' ');
        return word.StartsWith("0x", StringComparison.Ordinal) && at > 0 && at + 1 < word.Length ? word[(at + 1)..] : null;
    }

    static List<string> Split(string text)
    {
        var words = new List<string>();
        int depth = 0, from = 0;
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var next = text[i];
            if (next == '\\' && isQuoted) i++;
            else if (next == '"') isQuoted = !isQuoted;
            else if (isQuoted) continue;
            else if (next is '{' or '[' or '(') depth++;
            else if (next is '}' or ']' or ')') depth--;
            else if (next == ',' && depth == 0 && i + 1 < text.Length && text[i + 1] == ' ')
            {
                words.Add(text[from..i]);
                from = i + 2;
            }
        }
        if (text.Length > 0) words.Add(text[from..]);
        return words;
    }
}
