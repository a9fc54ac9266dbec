using System.Collections.Immutable;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>Reads nvproxy's registry of driver versions: <c>func Init</c> of <c>version.go</c>, release-20231009.0 and later.</summary>
/// <remarks>
/// A driver's tables are a literal, or those of another driver with entries added and taken out. What is known of structures and names
/// (<c>getInfo</c>, <c>getStructs</c>, <c>getStructNames</c>) is for gVisor's own tests and passed over.
/// </remarks>
/// <param name="numbers">The constants of <c>pkg/abi/nvgpu</c>.</param>
/// <param name="capabilities">What a handler's second argument may name, as the flag has it: <c>CapCompute</c>, <c>compUtil</c>. Empty before release-20241202.0.</param>
public sealed class NvproxyParser(GoConstants numbers, IReadOnlyDictionary<string, string> capabilities)
{
    public const string Path = "pkg/sentry/devices/nvproxy/version.go";

    // A handler that gives EINVAL to whoever calls it: "The CPU topology seen by the host driver differs", frontend.go.
    const string Refusing = "rmNumaInfo";

    static readonly Dictionary<string, NvproxyKind> s_tables = new(StringComparer.Ordinal)
    {
        ["frontendIoctl"] = NvproxyKind.Frontend, ["uvmIoctl"] = NvproxyKind.Uvm, ["controlCmd"] = NvproxyKind.Control, ["allocationClass"] = NvproxyKind.Class,
    };

    static readonly HashSet<string> s_passedOver = ["getInfo", "getStructs", "getStructNames", "useRmAllocParamsV535"];

    static readonly HashSet<string> s_wrappers = ["feHandler", "uvmHandler", "ctrlHandler", "allocHandler"];

    /// <param name="file">The registry.</param>
    /// <param name="frontend">Has the classes of <c>NV_ESC_RM_ALLOC_MEMORY</c>, which are the same for all drivers.</param>
    /// <exception cref="FailureException">A construct is not understood.</exception>
    public NvproxyRelease Parse(GoFile file, GoFile frontend)
    {
        var memory = NvproxyAbi.Empty.Commands.ToBuilder();
        new NvproxySwitchParser(numbers).ReadMemoryClasses(frontend, memory);
        file.Rewind();
        if (!file.SkipPast("abisOnce", ".", "Do", "(", "func", "(", ")", "{")) throw file.NotUnderstood("no registry of drivers: abisOnce.Do", 1);
        var drivers = new SortedDictionary<DriverVersion, (NvproxyAbi, bool)>();
        var known = new Dictionary<string, NvproxyAbi>(StringComparer.Ordinal);
        while (!file.TryTake("}"))
        {
            if (file.TryTake(";")) continue;
            var name = file.Take(GoTokenKind.Word, "a statement of the registry");
            if (!file.TryTake(":=")) file.Take("=");
            if (file.Current.Kind == GoTokenKind.Text || name.Is("abis")) SkipStatement(file);
            else known[name.Text] = ReadAbi(file, known, drivers);
        }
        foreach (var (driver, (abi, supported)) in drivers.ToArray()) drivers[driver] = (new NvproxyAbi(abi.Commands.AddRange(memory)), supported);
        return new NvproxyRelease(drivers);
    }

    // A name, a function literal, or a registration that gives back what it registers.
    NvproxyAbi ReadAbi(GoFile file, Dictionary<string, NvproxyAbi> known, SortedDictionary<DriverVersion, (NvproxyAbi, bool)> drivers)
    {
        if (file.Current.Is("func")) return ReadFunction(file, known);
        var name = file.Take(GoTokenKind.Word, "a driver's tables");
        if (name.Text is not ("addDriverABI" or "addUnsupportedDriverABI"))
            return known.TryGetValue(name.Text, out var abi) ? abi : throw file.NotUnderstood($"'{name.Text}' is no driver that was registered before", name.Line);

        file.Take("(");
        var version = new int[3];
        for (var i = 0; i < version.Length; i++)
        {
            version[i] = (int)GoConstants.NumberOf(file.Take(GoTokenKind.Number, "a part of the driver's version"), file);
            file.Take(",");
        }
        // Checksums of the installer come before the tables, as literals or names.
        while (file.Current.Kind == GoTokenKind.Text || file.Peek().Is(","))
        {
            file.Next();
            file.Take(",");
        }
        var registered = ReadAbi(file, known, drivers);
        file.TryTake(",");
        file.Take(")");
        drivers[new DriverVersion(version[0], version[1], version[2])] = (registered, name.Text == "addDriverABI");
        return registered;
    }

    NvproxyAbi ReadFunction(GoFile file, Dictionary<string, NvproxyAbi> known)
    {
        foreach (var text in new[] { "func", "(", ")", "*", "driverABI", "{" }) file.Take(text);
        if (file.TryTake("return")) return ReadLiteral(file);
        file.Take("abi");
        file.Take(":=");
        var parent = file.Take(GoTokenKind.Word, "the driver to start from");
        if (!known.TryGetValue(parent.Text, out var abi)) throw file.NotUnderstood($"'{parent.Text}' is no driver that was registered before", parent.Line);
        file.Take("(");
        file.Take(")");
        var commands = abi.Commands.ToBuilder();
        while (!file.TryTake("}"))
        {
            if (file.TryTake(";")) continue;
            if (file.TryTake("return")) file.Take("abi");
            else if (file.IsAt("delete", "(")) commands.Remove(ReadDeletion(file));
            else if (file.IsAt("abi", ".")) ReadChange(file, commands);
            else if (file.IsAt("prevGetInfo", ":=") || file.IsAt("prevStructs", ":=") || file.IsAt("prevNames", ":=")) SkipStatement(file);
            else throw file.Unexpected("a statement that changes a driver's tables");
        }
        return new NvproxyAbi(commands.ToImmutable());
    }

    (NvproxyKind, uint) ReadDeletion(GoFile file)
    {
        foreach (var text in new[] { "delete", "(", "abi", "." }) file.Take(text);
        var kind = ReadTable(file);
        file.Take(",");
        return (kind, numbers.ValueOf(file.TakeBlock(")"), file));
    }

    void ReadChange(GoFile file, ImmutableSortedDictionary<(NvproxyKind, uint), NvproxyCommand>.Builder commands)
    {
        file.SkipPast("abi", ".");
        if (s_passedOver.Contains(file.Current.Text))
        {
            SkipStatement(file);
            return;
        }
        var kind = ReadTable(file);
        file.Take("[");
        var key = file.TakeBlock("]");
        file.Take("=");
        Set(file, commands, kind, key, StatementOf(file));
    }

    NvproxyAbi ReadLiteral(GoFile file)
    {
        foreach (var text in new[] { "&", "driverABI", "{" }) file.Take(text);
        var commands = NvproxyAbi.Empty.Commands.ToBuilder();
        while (!file.TryTake("}"))
        {
            var field = file.Take(GoTokenKind.Word, "a field of driverABI");
            file.Take(":");
            if (s_passedOver.Contains(field.Text))
            {
                SkipValue(file);
            }
            else if (s_tables.TryGetValue(field.Text, out var kind))
            {
                file.SkipPast("{"); // the map's type
                foreach (var entry in GoFile.SplitAtCommas(file.TakeBlock("}")))
                {
                    var colon = entry.FindIndex(token => token.Is(":"));
                    if (colon < 1) throw file.NotUnderstood($"an entry of {field.Text} has no key", entry[0].Line);
                    Set(file, commands, kind, entry[..colon], entry[(colon + 1)..]);
                }
            }
            else
            {
                throw file.NotUnderstood($"'{field.Text}' is no field of driverABI that is known", field.Line);
            }
            file.TryTake(",");
        }
        file.TryTake(";");
        file.Take("}");
        return new NvproxyAbi(commands.ToImmutable());
    }

    static NvproxyKind ReadTable(GoFile file)
    {
        var name = file.Take(GoTokenKind.Word, "a table of driverABI");
        return s_tables.TryGetValue(name.Text, out var kind) ? kind : throw file.NotUnderstood($"'{name.Text}' is no table of driverABI that is known", name.Line);
    }

    void Set(GoFile file, ImmutableSortedDictionary<(NvproxyKind, uint), NvproxyCommand>.Builder commands, NvproxyKind kind, List<GoToken> key, List<GoToken> handler)
    {
        var number = numbers.ValueOf(key, file);
        var name = key is [{ Text: "nvgpu" }, { Text: "." }, var constant] ? constant.Text : "";
        if (handler.Count == 0 || handler[0].Kind != GoTokenKind.Word || handler[0].Is("nil")) throw file.NotUnderstood("expected a handler", key[0].Line);
        var needs = "";
        if (s_wrappers.Contains(handler[0].Text))
        {
            if (GoFile.SplitAtCommas(handler[2..^1]) is not [var function, var caps]) throw file.NotUnderstood($"{handler[0].Text} takes a function and capabilities", handler[0].Line);
            (handler, needs) = (function, CapabilitiesOf(file, caps));
        }
        if (handler[0].Is(Refusing)) commands.Remove((kind, number));
        else commands[(kind, number)] = new NvproxyCommand(name, needs);
    }

    string CapabilitiesOf(GoFile file, List<GoToken> expression)
    {
        var names = new List<string>();
        foreach (var token in expression.Where(token => token.Kind == GoTokenKind.Word && !token.Is("nvconf")))
        {
            if (!capabilities.TryGetValue(token.Text, out var text)) throw file.NotUnderstood($"'{token.Text}' is no driver capability that is known", token.Line);
            names.AddRange(text.Split('|'));
        }
        return string.Join('|', names.Distinct());
    }

    static List<GoToken> StatementOf(GoFile file)
    {
        var tokens = new List<GoToken>();
        for (var depth = 0; depth > 0 || file.Current.Kind != GoTokenKind.Semicolon; tokens.Add(file.Next()))
        {
            if (file.Current.Kind == GoTokenKind.End) throw file.Unexpected("the end of a statement");
            if (file.Current.Kind != GoTokenKind.Symbol) continue;
            if (file.Current.Text is "(" or "[" or "{") depth++;
            if (file.Current.Text is ")" or "]" or "}") depth--;
        }
        file.Take(";");
        return tokens;
    }

    static void SkipStatement(GoFile file) => StatementOf(file);

    // A field's value: up to the comma behind it, or the bracket that closes the literal.
    static void SkipValue(GoFile file)
    {
        for (var depth = 0; depth > 0 || !(file.Current.Is(",") || file.Current.Is("}")); file.Next())
        {
            if (file.Current.Kind == GoTokenKind.End) throw file.Unexpected("',' or '}'");
            if (file.Current.Kind != GoTokenKind.Symbol) continue;
            if (file.Current.Text is "(" or "[" or "{") depth++;
            if (file.Current.Text is ")" or "]" or "}") depth--;
        }
    }
}
