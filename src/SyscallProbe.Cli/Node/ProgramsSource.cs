using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SyscallProbe.Doctor;

namespace SyscallProbe.Cli.Node;

/// <summary>Which programs there are, and what each says of its version.</summary>
sealed partial class ProgramsSource : IFactSource
{
    public string What => "installed programs";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        var programs = NodePlaces.Programs.AsParallel().AsOrdered().WithDegreeOfParallelism(8).Select(row => Of(machine, row.Program, row.Argument, row.Folders)).ToImmutableArray();
        ImmutableSortedSet<string> flags = programs.FirstOrDefault(one => one.Name == "runsc")?.Path is { } runsc && machine.Ask(runsc, ["flags"], out _) is { } run
            ? [.. Flag().Matches(run.OutputText + run.Errors).Select(match => match.Groups[1].Value)] : [];
        return facts => facts with { Programs = programs, RunscFlags = flags };
    }

    static ProgramFacts Of(Machine machine, string program, string argument, IEnumerable<string> folders)
    {
        if (machine.Find(program, folders) is not { } path) return new ProgramFacts(program, null);
        var run = machine.Ask(path, [argument], out var error);
        const UnixFileMode all = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        return new ProgramFacts(program, path, run is null ? "" : run.OutputText, error, OperatingSystem.IsWindows() || (File.GetUnixFileMode(machine.At(path)) & all) == all);
    }

    [GeneratedRegex(@"^\s+-([A-Za-z][A-Za-z0-9-]*)", RegexOptions.Multiline)]
    private static partial Regex Flag();
}
