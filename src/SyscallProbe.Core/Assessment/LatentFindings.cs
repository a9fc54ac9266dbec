using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Holds what a workload's code could call, and did not, against a target.</summary>
public static class LatentFindings
{
    /// <summary>
    /// The calls of which the target takes something away whatever their arguments: they would be blocking or degraded findings if they were made. What hangs on arguments is not listed, nor
    /// is what callers are known to do without, or what the container may not do under runc either.
    /// </summary>
    /// <param name="remedyOf">The first advice of a finding's page by rule id.</param>
    public static ImmutableArray<LatentFinding> Of(Trace trace, ITargetModel model, Func<string, string> remedyOf)
    {
        var findings = new List<LatentFinding>();
        foreach (var latent in trace.Latent)
        {
            if (Syscalls.NameOf(latent.Abi, latent.Nr) is not { } syscall) continue;
            var result = Privileges.AreMissing(syscall, trace.Capabilities) ? Result.Failed(Errno.EPERM) : Result.Success;
            var made = new Observation(latent.Abi, latent.Nr, [], null, result, Phase.Startup, 1, latent.Files);
            var call = Call.Of(made, trace.Capabilities);
            if (Assessor.Worst(made, call, model.Predict(call), TakenErrors.None) is not (var outcome, (Consequence.Blocking or Consequence.Degraded) and var consequence)) continue;
            findings.Add(new LatentFinding(outcome.Rule!, syscall, outcome.Kind, outcome.Errno, outcome.Condition, consequence, latent.Files, remedyOf(outcome.Rule!)));
        }
        return [.. findings.OrderBy(finding => finding.Consequence).ThenBy(finding => finding.Syscall, StringComparer.Ordinal)];
    }

    /// <summary>The report with what is latent; where that counts, a positive verdict that blocking ones could overturn becomes inconclusive.</summary>
    /// <param name="counts">Whether latent findings lower the evidence.</param>
    public static TargetReport Graded(TargetReport report, ImmutableArray<LatentFinding> latent, bool counts)
    {
        report = report with { Latent = latent };
        // What the real sandbox did is no prediction, and its run had the same gaps.
        if (!counts || Reason(latent) is not { } reason) return report;
        report = report with { Gaps = report.Gaps.Add(reason) };
        return report.Verdict is not (Verdict.Compatible or Verdict.Caveats) ? report : report with { Verdict = Verdict.Inconclusive, Reasons = [reason], MinimumRelease = null };
    }

    /// <summary>Why blocking latent findings lower the evidence, a sentence; null where there are none.</summary>
    public static string? Reason(ImmutableArray<LatentFinding> latent)
    {
        var blocking = latent.Where(finding => finding.Consequence == Consequence.Blocking).Select(finding => finding.Syscall).ToList();
        return blocking.Count == 0 ? null : $"the code can make {FindingWords.Counted((ulong)blocking.Count, "call")} that the target refuses and that no run made ({FindingWords.Listed(blocking, 5)}): record a run that reaches them";
    }
}
