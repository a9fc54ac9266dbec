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
    public static (Verdict Verdict, ImmutableArray<string> Reasons) Of(Evidence evidence, ImmutableArray<Finding> findings)
    {
        var verdict = Of(evidence, findings.Aggregate(Felt.Nothing, (felt, finding) => felt | FeltOf(finding.Consequence)));
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
                yield return "the workload failed under runc, so nothing can be said of a sandbox: make it succeed there first";
                yield break;
            }
            var unknown = findings.Count(finding => finding.Consequence == Consequence.Unknown);
            if (unknown > 0) yield return $"what the target does with {unknown} kinds of call is not known";
            if (evidence.Grade == EvidenceGrade.Complete) yield break;
        }
        foreach (var reason in EvidenceReasons(evidence)) yield return reason;
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
