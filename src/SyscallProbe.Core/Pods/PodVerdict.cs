using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Report;

namespace SyscallProbe.Pods;

/// <summary>A container of a pod with what its trace says of one target.</summary>
/// <param name="Field">Where it stands: <c>spec.containers[0]</c>.</param>
/// <param name="Line">1-based.</param>
/// <param name="Report">Null where the container was not recorded.</param>
public sealed record ContainerReport(string Name, string Field, int Line, TargetReport? Report);

/// <summary>One verdict on a pod: a RuntimeClass is for all of its containers.</summary>
public static class PodVerdict
{
    /// <summary>
    /// Puts together what the specification and the containers' traces say. One blocking finding is enough for <c>incompatible</c>; without a trace of every container
    /// the verdict is never better than <c>inconclusive</c>. A finding from a trace gets the place of its container.
    /// </summary>
    /// <param name="target">As in <c>--target</c>, with the release filled in.</param>
    public static TargetReport Of(string target, PodWorkload workload, ImmutableArray<Finding> specification, ImmutableArray<ContainerReport> containers)
    {
        var findings = specification.AddRange(containers.SelectMany(container => (container.Report?.Findings ?? [])
            .Select(finding => finding with { Location = new Location(workload.File, container.Line, workload.Prefix + container.Field) })));
        string[] reasons = [.. Reasons(specification, containers)];
        var verdict = specification.Any(finding => finding is { Consequence: Consequence.Blocking, IsWaived: false }) || containers.Any(container => container.Report?.Verdict == Verdict.Incompatible) ? Verdict.Incompatible
            : reasons.Length > 0 ? Verdict.Inconclusive
            : findings.Any(finding => finding is { Consequence: Consequence.Degraded, IsWaived: false }) ? Verdict.Caveats : Verdict.Compatible;
        // What one trace alone would need says something of the pod only where nothing else stands in the way.
        var only = containers.Length == 1 && specification.All(finding => finding.Consequence is Consequence.Harmless) ? containers[0].Report : null;
        return new TargetReport(target, verdict, only?.MinimumRelease, verdict == Verdict.Inconclusive ? [.. reasons] : [], Assessor.Sorted(findings))
        {
            Fixes = only?.Fixes ?? [],
            Gaps = [.. Missing(containers), .. containers.SelectMany(container => (container.Report?.Gaps ?? []).Select(gap => Of(container, gap, containers.Length)))],
            Rehearsal = containers.Length == 1 ? containers[0].Report?.Rehearsal : null,
        };
    }

    static IEnumerable<string> Reasons(ImmutableArray<Finding> specification, ImmutableArray<ContainerReport> containers)
    {
        var unknown = specification.Where(finding => finding is { Consequence: Consequence.Unknown, IsWaived: false }).Select(finding => finding.Location!.Field).Distinct().ToArray();
        if (unknown.Length > 0) yield return $"whether the pod can do without what {FindingWords.Listed(unknown, 3)} asks for is not known";
        foreach (var reason in Missing(containers)) yield return reason;
        foreach (var container in containers.Where(container => container.Report is { Verdict: Verdict.Inconclusive }))
        {
            foreach (var reason in container.Report!.Reasons) yield return Of(container, reason, containers.Length);
        }
    }

    static IEnumerable<string> Missing(ImmutableArray<ContainerReport> containers)
    {
        var missing = containers.Where(container => container.Report is null).Select(container => container.Name).ToArray();
        if (missing.Length == containers.Length) yield return "no trace: only the specification was judged, and what the containers call is not known";
        else if (missing.Length > 0) yield return $"no trace of {FindingWords.Listed(missing, 3)}: a RuntimeClass is for all containers of a pod";
    }

    static string Of(ContainerReport container, string reason, int containers) => containers == 1 ? reason : $"container {container.Name}: {reason}";
}
