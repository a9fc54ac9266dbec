using System.Collections.Immutable;
using SyscallProbe.Doctor.Checks;
using SyscallProbe.Doctor.Cluster;

namespace SyscallProbe.Doctor;

/// <summary>Judges a machine as a node by what was seen of it. Pure: the same facts give the same report.</summary>
public static class NodeDoctor
{
    /// <summary>All checks, in the order in which lines of one status stand.</summary>
    internal static ImmutableArray<DoctorCheck<NodeView>> Checks { get; } =
    [
        new CpuCheck(), new KernelCheck(), new CgroupCheck(), new RuncCheck(), new RecorderCheck(), new RunscCheck(), new PlatformCheck(), new KataCheck(), new KvmCheck(), new VhostCheck(),
        new EngineCheck(), new HandlerCheck(), new ShimCheck(), new RunscConfigCheck(), new KataConfigCheck(), new NvidiaCheck(), new ClassOfNodeCheck(), new MissingCheck(),
    ];

    /// <summary>Judges a node.</summary>
    /// <param name="asked">Runtimes that it must run; empty for those that are installed or configured, and for all where none is.</param>
    /// <param name="cluster">Objects of its cluster; null where they are not known.</param>
    /// <param name="name">Its name in the cluster.</param>
    public static DoctorReport Examine(NodeFacts facts, IReadOnlyCollection<string> asked, string toolVersion, ClusterFacts? cluster = null, string? name = null)
    {
        var view = NodeView.Of(facts, cluster, name);
        var here = NodeView.Runtimes.Where(view.Has).ToArray();
        var counting = asked.Count > 0 ? asked : here.Length > 0 ? here : NodeView.Runtimes;
        return DoctorReport.Of(toolVersion, Checks.SelectMany(check => check.Judge(view)), counting, runtime => Strength(view, runtime));
    }

    static string? Strength(NodeView view, string runtime) =>
        runtime == "gvisor" && view.Facts.Platforms.FirstOrDefault(one => one.Error is null) is { } platform ? $"runsc runs containers here (platform {platform.Platform}), and pods do not get to it" : null;

    /// <summary>Files that the checks would look at, by the configurations that are known: for whoever gathers them.</summary>
    public static IEnumerable<string> FilesWanted(NodeFacts facts)
    {
        var view = NodeView.Of(facts, null, null);
        foreach (var (_, handler) in view.Handlers)
        {
            if (handler.Binary is ['/', ..]) yield return handler.Binary;
            if (handler.ConfigPath is ['/', ..]) yield return handler.ConfigPath;
            if (handler.ConfigPath is { } config && facts.Files.GetValueOrDefault(config) is { } file)
            {
                foreach (var (_, part) in KataConfigCheck.PartsOf(file.Text, config)) yield return part;
            }
        }
        foreach (var path in NodePlaces.Files("runsc", "config")) yield return path;
        if (facts.Found("runsc")?.Path is { } runsc && GvisorLimits.ValueOf("sidecars", view.Runsc?.Nearest) is { } folder) yield return RunscCheck.SidecarsOf(runsc, folder);
    }
}
