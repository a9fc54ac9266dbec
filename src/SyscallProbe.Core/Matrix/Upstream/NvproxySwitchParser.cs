using System.Collections.Immutable;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>Reads nvproxy before it had a registry of drivers (release-20230529.0 to release-20231003.0): the cases of its switch statements, and the drivers of another.</summary>
/// <param name="numbers">The constants of <c>pkg/abi/nvgpu</c>.</param>
public sealed class NvproxySwitchParser(GoConstants numbers)
{
    public const string Registration = "pkg/sentry/devices/nvproxy/nvproxy.go";
    public const string Frontend = "pkg/sentry/devices/nvproxy/frontend.go";
    public const string Uvm = "pkg/sentry/devices/nvproxy/uvm.go";

    /// <exception cref="FailureException">A construct is not understood.</exception>
    public NvproxyRelease Parse(GoFile registration, GoFile frontend, GoFile uvm)
    {
        var commands = NvproxyAbi.Empty.Commands.ToBuilder();
        Read(frontend, NvproxyKind.Frontend, ["switch", "nr", "{"], commands);
        Read(frontend, NvproxyKind.Control, ["switch", "ioctlParams", ".", "Cmd", "{"], commands);
        Read(frontend, NvproxyKind.Class, ["switch", "ioctlParams", ".", "HClass", "{"], commands);
        Read(uvm, NvproxyKind.Uvm, ["switch", "cmd", "{"], commands);
        ReadMemoryClasses(frontend, commands);
        var abi = new NvproxyAbi(commands.ToImmutable());

        var drivers = new SortedDictionary<DriverVersion, (NvproxyAbi, bool)>();
        foreach (var (labels, _) in Cases(registration, ["switch", "version", "{"]))
        {
            foreach (var label in labels)
            {
                if (label is not [{ Kind: GoTokenKind.Text } text] || !DriverVersion.TryParse(text.Text, out var version))
                    throw registration.NotUnderstood($"'{string.Concat(label.Select(token => token.Text))}' is no driver version", label[0].Line);
                drivers[version] = (abi, true);
            }
        }
        return new NvproxyRelease(drivers);
    }

    /// <summary>Adds the classes of <c>NV_ESC_RM_ALLOC_MEMORY</c>, a switch statement in later releases too.</summary>
    public void ReadMemoryClasses(GoFile frontend, ImmutableSortedDictionary<(NvproxyKind, uint), NvproxyCommand>.Builder into) =>
        Read(frontend, NvproxyKind.Memory, ["switch", "ioctlParams", ".", "Params", ".", "HClass", "{"], into);

    void Read(GoFile file, NvproxyKind kind, string[] head, ImmutableSortedDictionary<(NvproxyKind, uint), NvproxyCommand>.Builder into)
    {
        foreach (var (labels, body) in Cases(file, head))
        {
            if (body.Any(token => token.Is("EINVAL"))) continue; // a case that refuses
            foreach (var label in labels)
                into[(kind, numbers.ValueOf(label, file))] = new NvproxyCommand(label is [{ Text: "nvgpu" }, { Text: "." }, var name] ? name.Text : "", "");
        }
    }

    // The default case is left out: what a command gets that no case names is a rule.
    static List<(List<List<GoToken>> Labels, List<GoToken> Body)> Cases(GoFile file, string[] head)
    {
        file.Rewind();
        if (!file.SkipPast(head)) throw file.NotUnderstood($"there is no '{string.Join(' ', head)}'", 1);
        var (cases, depth) = (new List<(List<List<GoToken>>, List<GoToken>)>(), 0);
        List<GoToken>? body = null;
        foreach (var token in file.TakeBlock("}"))
        {
            if (depth == 0 && (token.Is("case") || token.Is("default")))
            {
                body = [];
                cases.Add((token.Is("case") ? [[]] : [], body));
            }
            if (token.Kind == GoTokenKind.Symbol && token.Text is "(" or "[" or "{") depth++;
            if (token.Kind == GoTokenKind.Symbol && token.Text is ")" or "]" or "}") depth--;
            body?.Add(token);
        }
        return [.. cases.Where(entry => entry.Item1.Count > 0).Select(entry =>
        {
            var colon = entry.Item2.FindIndex(token => token.Is(":"));
            return (GoFile.SplitAtCommas(entry.Item2[1..colon]), entry.Item2[(colon + 1)..]);
        })];
    }
}
