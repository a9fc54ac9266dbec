using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Probe;

/// <summary>Writes a call as a line of <c>probe.c</c>: files and preparation first, then what the caller may not have, then the call.</summary>
sealed partial class ProbeScript
{
    // For a rule on devices that names none.
    const string AnyDevice = "/dev/zero";

    readonly Abi _abi;
    readonly Dictionary<string, (string Prepare, string File)> _files = new(StringComparer.Ordinal);

    /// <param name="image">Has <c>probe/files</c>: how a file of each kind is made, and which value of those steps it is.</param>
    public ProbeScript(PackedImage image, Abi abi)
    {
        _abi = abi;
        var table = image.Table("probe/files");
        for (var row = 0; row < table.RowCount; row++)
            _files.Add(table.Text(row, table.Column("fd")), (table.Text(row, table.Column("prepare")), table.Text(row, table.Column("file"))));
    }

    /// <summary>Whether a file of that one kind can be made.</summary>
    public bool CanMake(FdKind kind) => _files.ContainsKey(kind.Name());

    /// <summary>The steps of a case, without its id.</summary>
    /// <param name="kind">The one kind of the file, or unknown where there is none.</param>
    /// <exception cref="FailureException">A word of the recipe is not known.</exception>
    public string Of(Call call, FdKind kind, ProbeRecipe recipe)
    {
        var filled = new Dictionary<string, string>(StringComparer.Ordinal) { ["path"] = $"'{call.Path ?? AnyDevice}'" };
        foreach (var (key, slot) in KeyArguments.Of(call.Syscall!).Where(key => key.IsValue).Select((key, slot) => (key, slot)))
        {
            if (!call.Knows(slot)) continue;
            var isText = key.Form == KeyForm.Text && call[slot] != TextSet.NullValue;
            filled[key.Name] = isText ? $"'{QueryText.TextOf(key, call, slot)}'" : call[slot].ToString(CultureInfo.InvariantCulture);
        }
        var needsFile = (recipe.Prepare + recipe.Arguments).Contains("{fd}", StringComparison.Ordinal);
        var (prepare, file) = needsFile ? _files[kind.Name()] : ("", "");
        filled["fd"] = file;
        filled["capabilities"] = call.Capabilities.ToString(CultureInfo.InvariantCulture);
        var steps = StepsOf(prepare).ToList();
        var shift = steps.Count;
        steps.AddRange(StepsOf(recipe.Prepare).Select(step => Shifted(step, shift)));
        steps.Add($"!capabilities 0x{call.Capabilities:x}");
        steps.Add(Shifted($"{call.Syscall} {recipe.Arguments}", shift));
        return string.Join(" ; ", steps.Select(step => Numbers(Filled(step, filled, recipe.Place), recipe.Place)));
    }

    static IEnumerable<string> StepsOf(string text) => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // Recipes count their own steps from 0; those that make the file stand in front.
    static string Shifted(string step, int by) =>
        by == 0 ? step : Reference().Replace(step, match => match.Groups[1].Value + (int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) + by).ToString(CultureInfo.InvariantCulture));

    static string Filled(string step, Dictionary<string, string> values, string place) => Placeholder().Replace(step, match =>
        values.TryGetValue(match.Groups[1].Value, out var value) ? value
        : throw new FailureException(new Failure(FailureCode.BadInput, $"the call has no {match.Value}", place)));

    // Names of syscalls and of their arguments' constants become numbers.
    string Numbers(string step, string place)
    {
        var words = WordsOf(step);
        var isOptional = words[0].StartsWith('?');
        var name = isOptional ? words[0][1..] : words[0];
        if (name.StartsWith('!')) return step;
        var nr = Syscalls.NrOf(_abi, name) ?? throw new FailureException(new Failure(FailureCode.BadInput, $"{_abi.Name()} has no syscall '{name}'", place));
        var keys = KeyArguments.Of(name);
        var line = new StringBuilder(isOptional ? "?" : "").Append(nr.Value);
        var chooser = default(ulong?);
        for (var position = 0; position + 1 < words.Count; position++)
        {
            var word = words[position + 1];
            if (word == "AT_FDCWD") word = "-100";
            else if (char.IsAsciiLetter(word[0]))
            {
                var key = KeyArguments.Find(keys, $"arg{position}");
                if (key is null || !Constants.Known.TryParse(key, word, _abi, key.Depends is null ? null : chooser, out var value))
                    throw new FailureException(new Failure(FailureCode.BadInput, $"'{word}' is no constant of argument {position} of {name}", place));
                chooser ??= value;
                word = value.ToString(CultureInfo.InvariantCulture);
            }
            line.Append(' ').Append(word);
        }
        return line.ToString();
    }

    // Split at spaces that are in no string and no struct.
    static List<string> WordsOf(string step)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        int depth = 0;
        var isText = false;
        foreach (var c in step)
        {
            if (c == '\'') isText = !isText;
            else if (!isText && c == '[') depth++;
            else if (!isText && c == ']') depth--;
            if (c == ' ' && !isText && depth == 0)
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
            }
            else word.Append(c);
        }
        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }

    [GeneratedRegex(@"([$&@^])(\d+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
