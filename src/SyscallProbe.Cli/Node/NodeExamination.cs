using System.Runtime.InteropServices;
using SyscallProbe.Doctor;

namespace SyscallProbe.Cli.Node;

/// <summary>Gathers the facts of a machine: all sources at once, then the files that the configurations name. Judges nothing.</summary>
static class NodeExamination
{
    /// <summary>All sources; the order decides nothing.</summary>
    public static IReadOnlyList<IFactSource> Sources { get; } = [new KernelSource(), new VirtualizationSource(), new ProgramsSource(), new PlatformSource(), new ContainerdSource(), new CrioSource(), new DockerSource(), new RecorderSource()];

    // A source's own programs end by their limit; beyond that something hangs in the kernel.
    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(20);

    /// <summary>Looks at a machine; as long as its slowest source, which is one platform that hangs.</summary>
    public static NodeFacts Run(Machine machine)
    {
        var facts = new NodeFacts
        {
            Architecture = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", var other => other.ToString().ToLowerInvariant() },
            IsRoot = machine.IsRoot,
            Virtualization = new VirtualizationFacts(IsVirtual: false, HasExtensions: null, Kvm: null, [], []),
        };
        var running = Sources.Select(source => (Source: source, Task: Task.Run(() => source.Gather(machine)))).ToArray();
        foreach (var (source, task) in running)
        {
            try
            {
                facts = task.Wait(machine.Limit + s_grace) ? task.Result(facts) : Without(facts, source, "it takes too long");
            }
            catch (AggregateException wrong)
            {
                facts = Without(facts, source, wrong.InnerException!.Message);
            }
        }
        // What a configuration names may name files itself.
        foreach (var _ in Enumerable.Range(0, 2)) facts = facts with { Files = facts.Files.SetItems(NodeDoctor.FilesWanted(facts).Distinct().Select(path => KeyValuePair.Create(path, FileAt(machine, path))).ToArray()) };
        return facts;
    }

    static NodeFacts Without(NodeFacts facts, IFactSource source, string why) => facts with { Missing = facts.Missing.Add(new MissingFacts(source.What, why)) };

    static FileFacts FileAt(Machine machine, string path)
    {
        if (!machine.Has(path)) return new FileFacts(IsThere: false);
        // A kernel or an image of a guest is not read.
        if (!path.EndsWith(".toml", StringComparison.Ordinal)) return new FileFacts(IsThere: true);
        try
        {
            return new FileFacts(IsThere: true, File.ReadAllText(machine.At(path)));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return new FileFacts(IsThere: true, Error: wrong.Message);
        }
    }
}
