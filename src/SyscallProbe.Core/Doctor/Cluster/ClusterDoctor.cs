using System.Collections.Immutable;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>Judges a cluster by its objects, without looking at any node. Pure.</summary>
public static class ClusterDoctor
{
    internal static ImmutableArray<DoctorCheck<ClusterFacts>> Checks { get; } = [new InputCheck(), new ClassCheck(), new NodeCheck(), new PodCheck(), new MessageCheck()];

    /// <summary>Judges a cluster.</summary>
    /// <param name="asked">Runtimes that it must run; empty for those that its classes and pods are of.</param>
    public static DoctorReport Examine(ClusterFacts facts, IReadOnlyCollection<string> asked, string toolVersion)
    {
        var lines = Checks.SelectMany(check => check.Judge(facts)).ToArray();
        return DoctorReport.Of(toolVersion, lines, asked.Count > 0 ? asked : [.. lines.Select(line => line.Runtime).Where(runtime => runtime.Length > 0).Distinct()],
            runtime => $"{DoctorWords.NameOf(runtime)} does not work for all of its pods");
    }
}

/// <summary>Whether the input has all that is needed to judge: what is missing must not look like health.</summary>
sealed class InputCheck : DoctorCheck<ClusterFacts>
{
    protected override string Name => "cluster";

    public override IEnumerable<DoctorLine> Judge(ClusterFacts facts)
    {
        var isSandboxed = facts.Pods.Any(pod => pod.Class is not null);
        if (facts.Nodes.IsEmpty && !facts.Classes.IsEmpty) yield return Line("no-nodes");
        if (facts.Classes.IsEmpty && isSandboxed) yield return Line("no-classes");
        if (!isSandboxed && facts.Classes.All(one => one.Runtime.Length == 0) && !facts.Messages.Any(message => PodEvent.Of(message, "") is not null)) yield return Line("nothing-sandboxed");
    }
}
