using System.Globalization;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>Reads the table literals (<c>var AMD64 = &amp;kernel.SyscallTable{…}</c>) of gVisor's package <c>linux</c>.</summary>
/// <remarks>
/// Facts: <c>pkg/sentry/syscalls/linux/linux64.go</c>, from release-20191104.0 to release-20200422.0 split into <c>linux64_amd64.go</c> and
/// <c>linux64_arm64.go</c>.
/// </remarks>
public sealed class SyscallTableParser(IReadOnlyDictionary<string, SyscallHelper> helpers)
{
    /// <summary>Where tables can stand; not every release has every file.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        ["pkg/sentry/syscalls/linux/linux64.go", "pkg/sentry/syscalls/linux/linux64_amd64.go", "pkg/sentry/syscalls/linux/linux64_arm64.go"];

    // The two releases before levels existed list bare handlers (release-20190304.1 and release-20190529.1).
    const string NoLevels = "This release's table states no levels.";

    /// <exception cref="FailureException">A construct is not understood.</exception>
    public List<SyscallTable> Parse(GoFile file)
    {
        var tables = new List<SyscallTable>();
        file.Rewind();
        while (file.Current.Kind != GoTokenKind.End)
        {
            if (file.IsAt("Table", "[") || file.IsAt("delete", "(")) throw file.NotUnderstood("a table is changed outside of its literal", file.Current.Line);
            if (file.IsAt("&", "kernel", ".", "SyscallTable", "{")) tables.Add(ReadTable(file));
            else file.Next();
        }
        return tables;
    }

    SyscallTable ReadTable(GoFile file)
    {
        var start = file.Current.Line;
        file.SkipPast("{");
        Abi? abi = null;
        bool? emits = null;
        SortedDictionary<int, TableEntry>? entries = null;
        while (!file.TryTake("}"))
        {
            var field = file.Take(GoTokenKind.Word, "a field of kernel.SyscallTable").Text;
            file.Take(":");
            if (field == "Arch") abi = ReadArch(file);
            else if (field == "Table") entries = ReadEntries(file);
            else if (field == "Missing") emits = ReadMissing(file);
            else SkipValue(file);
            if (!file.TryTake(",") && !file.Current.Is("}")) throw file.Unexpected("',' after a field of kernel.SyscallTable");
        }
        if (abi is null || entries is null || emits is null) throw file.NotUnderstood("a syscall table lacks Arch, Table or Missing", start);
        return new SyscallTable(abi.Value, entries, emits.Value);
    }

    static Abi ReadArch(GoFile file)
    {
        if (file.IsAt("arch", ".", "AMD64") && file.SkipPast("AMD64")) return Abi.Amd64;
        if (file.IsAt("arch", ".", "ARM64") && file.SkipPast("ARM64")) return Abi.Arm64;
        throw file.Unexpected("arch.AMD64 or arch.ARM64");
    }

    // Everything that is not listed must be ENOSYS, else "undefined" would be wrong.
    static bool ReadMissing(GoFile file)
    {
        var line = file.Take("func").Line;
        while (!file.Current.Is("{")) file.Next();
        file.Take("{");
        var words = file.TakeBlock("}").Where(token => token.Kind == GoTokenKind.Word).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        if (!words.Contains("ENOSYS")) throw file.NotUnderstood("a number that is not in the table gives another errno than ENOSYS", line);
        return words.Contains("EmitUnimplementedEvent");
    }

    static void SkipValue(GoFile file)
    {
        while (!file.Current.Is(",") && !file.Current.Is("}"))
        {
            if (file.Current.Kind == GoTokenKind.End) throw file.Unexpected("',' or '}'");
            var open = file.Next().Text;
            if (open is "(" or "[" or "{") file.TakeBlock(open == "(" ? ")" : open == "[" ? "]" : "}");
        }
    }

    SortedDictionary<int, TableEntry> ReadEntries(GoFile file)
    {
        if (!file.IsAt("map", "[", "uintptr", "]", "kernel", ".")) throw file.Unexpected("map[uintptr]kernel.Syscall");
        file.SkipPast(".");
        var bare = file.Current.Text switch
        {
            "Syscall" => false,
            "SyscallFn" => true,
            _ => throw file.Unexpected("kernel.Syscall or kernel.SyscallFn"),
        };
        file.Next();
        file.Take("{");
        var entries = new SortedDictionary<int, TableEntry>();
        while (!file.TryTake("}"))
        {
            var key = file.Take(GoTokenKind.Number, "a syscall number");
            file.Take(":");
            var entry = ReadEntry(file, bare);
            if (!entries.TryAdd(NumberOf(file, key), entry)) throw file.NotUnderstood($"the number {key.Text} is listed twice", key.Line);
            if (!file.TryTake(",") && !file.Current.Is("}")) throw file.Unexpected("',' after a table entry");
        }
        return entries;
    }

    internal static int NumberOf(GoFile file, GoToken token) =>
        int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var nr) && nr < SyscallTable.NumberLimit
            ? nr
            : throw file.NotUnderstood($"'{token.Text}' is no syscall number below {SyscallTable.NumberLimit}", token.Line);

    /// <summary>Reads the value of an entry: a call of a helper, or in the first releases a bare handler.</summary>
    /// <param name="bare">Whether the map's values are handlers.</param>
    internal TableEntry ReadEntry(GoFile file, bool bare)
    {
        if (!file.IsAt("syscalls", "."))
        {
            if (!bare || file.Current.Kind != GoTokenKind.Word || file.Peek().Is("(") || file.Peek().Is(".")) throw file.Unexpected("a call of package syscalls");
            file.Next();
            return new TableEntry(null, new LevelCell(SupportLevel.Full, "", "", false, NoLevels, ""));
        }
        file.SkipPast(".");
        var name = file.Take(GoTokenKind.Word, "a function of package syscalls");
        if (!helpers.TryGetValue(name.Text, out var helper)) throw file.NotUnderstood($"'syscalls.{name.Text}' is not in {SyscallHelpers.Path}", name.Line);
        file.Take("(");
        var arguments = GoFile.SplitAtCommas(file.TakeBlock(")"));
        if (arguments.Count != helper.Parameters.Count)
            throw file.NotUnderstood($"'syscalls.{name.Text}' takes {helper.Parameters.Count} arguments, found {arguments.Count}", name.Line);
        return MakeEntry(file, helper, arguments);
    }

    static TableEntry MakeEntry(GoFile file, SyscallHelper helper, List<List<GoToken>> arguments)
    {
        string? name = null;
        var cell = new LevelCell(helper.Level, helper.Level == SupportLevel.CapGate ? "EPERM" : "", "", helper.Event, "", "");
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            switch (helper.Parameters[i])
            {
                case HelperParameter.Name: name = TextOf(file, argument); break;
                case HelperParameter.Note: cell = cell with { Note = OneLine(TextOf(file, argument)) }; break;
                case HelperParameter.Urls: cell = cell with { Urls = UrlsOf(file, argument) }; break;
                case HelperParameter.Errno: cell = cell with { Errno = ErrnoOf(file, argument) }; break;
                case HelperParameter.Capability: cell = cell with { Capability = CapabilityOf(file, argument) }; break;
                default: break;
            }
        }
        return new TableEntry(name, cell);
    }

    static string TextOf(GoFile file, List<GoToken> argument)
    {
        var wrong = argument.FindIndex(token => token.Kind != GoTokenKind.Text && !token.Is("+"));
        if (wrong >= 0) throw file.NotUnderstood($"expected a string literal, found '{argument[wrong].Text}'", argument[wrong].Line);
        return string.Concat(argument.Where(token => token.Kind == GoTokenKind.Text).Select(token => token.Text));
    }

    static string UrlsOf(GoFile file, List<GoToken> argument)
    {
        if (argument is [{ Text: "nil" }]) return "";
        if (argument is not [{ Text: "[" }, { Text: "]" }, { Text: "string" }, { Text: "{" }, .. var inner, { Text: "}" }])
            throw file.NotUnderstood("expected nil or a []string literal", argument[0].Line);
        return string.Join(' ', GoFile.SplitAtCommas(inner).Select(url => OneLine(TextOf(file, url))));
    }

    // syscall.ENOSYS, syserror.ENOSYS, linuxerr.ENOSYS: the package changed, the name did not.
    static string ErrnoOf(GoFile file, List<GoToken> argument) =>
        argument is [{ Text: "syscall" or "syserror" or "linuxerr" or "unix" }, { Text: "." }, var name] && Errno.TryParse(name.Text, out var errno)
            ? errno.Name
            : throw file.NotUnderstood($"'{string.Concat(argument.Select(token => token.Text))}' is no errno", argument[0].Line);

    static string CapabilityOf(GoFile file, List<GoToken> argument) =>
        argument is [{ Text: "linux" }, { Text: "." }, var name] && name.Text.StartsWith("CAP_", StringComparison.Ordinal)
            ? name.Text
            : throw file.NotUnderstood($"'{string.Concat(argument.Select(token => token.Text))}' is no capability", argument[0].Line);

    static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
