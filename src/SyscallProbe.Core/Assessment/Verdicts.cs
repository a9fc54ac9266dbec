using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Which consequences some finding has: all of the findings that a verdict depends on.</summary>
[Flags]
enum Felt : byte
{
    Nothing = 0,
    Degraded = 1,
    Unknown = 2,
    Blocking = 4,
}

/// <summary>Turns findings and evidence into a verdict. Fails closed: what is not known is never a positive verdict.</summary>
static class Verdicts
{
    const string FailedUnderRunc = "the workload failed under runc, so nothing can be said of a sandbox: make it succeed there first";

    public static (Verdict Verdict, ImmutableArray<string> Reasons) Of(Evidence evidence, ImmutableArray<Finding> findings)
    {
        var verdict = Of(evidence, FeltOf(findings));
        return (verdict, verdict == Verdict.Inconclusive ? [.. Reasons(evidence, findings)] : []);
    }

    /// <summary>The verdict alone.</summary>
    public static Verdict Of(Evidence evidence, Felt felt)
    {
        if (evidence.Grade == EvidenceGrade.Insufficient || evidence.Succeeded == false) return Verdict.Inconclusive;
        if ((felt & Felt.Blocking) != 0) return Verdict.Incompatible;
        if ((felt & Felt.Unknown) != 0 || evidence.Grade != EvidenceGrade.Complete) return Verdict.Inconclusive;
        return felt == Felt.Nothing ? Verdict.Compatible : Verdict.Caveats;
    }

    /// <summary>Why the evidence carries no positive verdict whatever the findings are, a sentence each; empty where it does.</summary>
    public static ImmutableArray<string> Gaps(Evidence evidence) =>
        evidence.Grade == EvidenceGrade.Complete && evidence.Succeeded == true ? []
        : evidence.Grade != EvidenceGrade.Insufficient && evidence.Succeeded == false ? [FailedUnderRunc] : [.. EvidenceReasons(evidence)];

    /// <summary>The report with findings of which a policy gave some another consequence or waived them, and the verdict that follows. What the findings did not decide before they do not decide now.</summary>
    public static TargetReport Again(TargetReport report, ImmutableArray<Finding> findings)
    {
        var changed = report with { Findings = findings };
        var (verdict, reasons) = Again(report, changed.Counted);
        return verdict == report.Verdict && reasons == report.Reasons ? changed : changed with
        {
            // Both were made for the findings as they were assessed.
            Verdict = verdict, Reasons = reasons, Fixes = verdict is Verdict.Compatible or Verdict.Caveats ? [] : report.Fixes, MinimumRelease = null,
        };
    }

    /// <summary>The verdict on a report if only some findings count.</summary>
    public static (Verdict Verdict, ImmutableArray<string> Reasons) Again(TargetReport report, IEnumerable<Finding> counted)
    {
        Finding[] left = [.. counted];
        var (before, now) = (FeltOf(report.Counted), FeltOf(left));
        var isEvidence = report.Verdict == Verdict.Inconclusive ? !report.Gaps.IsEmpty : report.Verdict == Verdict.Incompatible && (before & Felt.Blocking) == 0;
        if (isEvidence || now == before) return (report.Verdict, report.Reasons);
        if ((now & Felt.Blocking) != 0) return (Verdict.Incompatible, []);
        if ((now & Felt.Unknown) != 0 || !report.Gaps.IsEmpty) return (Verdict.Inconclusive, [.. Unknown(left), .. report.Gaps]);
        return (now == Felt.Nothing ? Verdict.Compatible : Verdict.Caveats, []);
    }

    static Felt FeltOf(IEnumerable<Finding> findings) => findings.Aggregate(Felt.Nothing, (felt, finding) => felt | FeltOf(finding.Consequence));

    public static Felt FeltOf(Consequence consequence) => consequence switch
    {
        Consequence.Blocking => Felt.Blocking,
        Consequence.Unknown => Felt.Unknown,
        Consequence.Degraded => Felt.Degraded,
        _ => Felt.Nothing,
    };

    static IEnumerable<string> Reasons(Evidence evidence, ImmutableArray<Finding> findings)
    {
        if (evidence.Grade != EvidenceGrade.Insufficient)
        {
            if (evidence.Succeeded == false)
            {
                yield return FailedUnderRunc;
                yield break;
            }
            foreach (var reason in Unknown(findings)) yield return reason;
            if (evidence.Grade == EvidenceGrade.Complete) yield break;
        }
        foreach (var reason in EvidenceReasons(evidence)) yield return reason;
    }

    static IEnumerable<string> Unknown(IEnumerable<Finding> findings)
    {
        var unknown = findings.Count(finding => finding.Consequence == Consequence.Unknown);
        if (unknown > 0) yield return $"what the target does with {unknown} kinds of call is not known";
    }

    static IEnumerable<string> EvidenceReasons(Evidence evidence)
    {
        if (evidence.Events == 0) yield return "the trace has no calls";
        if (evidence.NamesOnly) yield return "the trace has names of calls only, no arguments and results";
        if (evidence.Lost > 0) yield return $"{evidence.Lost} calls were lost while recording";
        if (evidence.Unparsed > 0) yield return $"{evidence.Unparsed} lines could not be read";
        if (!evidence.FromFirstInstruction && evidence.Events > 0) yield return "recording did not begin with the workload's first instruction";
        if (evidence.Succeeded is null) yield return "it is not known whether the workload did its work: give a health check with --health";
        foreach (var reason in evidence.Reasons) yield return reason;
    }
}
