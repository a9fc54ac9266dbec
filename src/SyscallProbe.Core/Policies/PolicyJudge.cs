using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Report;

namespace SyscallProbe.Policies;

/// <summary>Applies a policy to what was assessed. It changes what findings mean and never the evidence: a recording that carries no verdict carries none with every finding waived.</summary>
/// <remarks>Counts what each waiver was used for: one judge for all targets and workloads of a run, by one thread.</remarks>
/// <param name="today">In UTC: what expired before does not hold any more.</param>
public sealed class PolicyJudge(Policy policy, DateOnly today)
{
    readonly int[] _uses = new int[policy.Waivers.Length];

    /// <summary>What became of each waiver in all that was judged, in the order of the policy.</summary>
    public ImmutableArray<WaiverUse> Uses => [.. policy.Waivers.Select((waiver, index) => new WaiverUse(waiver.Rule, [.. waiver.Scope.Given], waiver.Statement, waiver.Expires, policy.File, waiver.Line,
        _uses[index] == 0 ? WaiverState.Stale : waiver.IsExpiredOn(today) ? WaiverState.Expired : WaiverState.Applied, _uses[index]))];

    /// <summary>The report with the policy's consequences and waivers, and the verdict that follows.</summary>
    /// <param name="image">Of the workload; null where there is none.</param>
    public TargetReport Judged(TargetReport report, string? image) => Verdicts.Again(report, Judged(report.Findings, image));

    /// <summary>The findings with the policy's consequences and waivers, worst first and waived ones last.</summary>
    /// <param name="image">Of the workload; null where there is none.</param>
    public ImmutableArray<Finding> Judged(ImmutableArray<Finding> findings, string? image) => Assessor.Sorted(findings.Select(finding => Waived(Overridden(finding), image)));

    Finding Overridden(Finding finding) => policy.Consequences.TryGetValue(finding.Rule, out var consequence) && consequence != finding.Consequence
        ? finding with { Consequence = consequence, AssessedConsequence = finding.Consequence } : finding;

    // What is harmless needs no waiver: one that is for nothing else has outlived its cause.
    Finding Waived(Finding finding, string? image)
    {
        if (finding.Consequence == Consequence.Harmless) return finding;
        Waiver? best = null;
        for (var i = 0; i < policy.Waivers.Length; i++)
        {
            var waiver = policy.Waivers[i];
            if (waiver.Rule != finding.Rule || !waiver.Scope.Fits(finding, image)) continue;
            _uses[i]++;
            if (best is null || (best.IsExpiredOn(today) && !waiver.IsExpiredOn(today))) best = waiver;
        }
        return best is null ? finding : finding with { Waiver = new FindingWaiver(best.Statement, best.Expires, best.IsExpiredOn(today)) };
    }
}
