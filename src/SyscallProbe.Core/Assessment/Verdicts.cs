using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Turns findings and evidence into a verdict. Fails closed: what is not known is never a positive verdict.</summary>
static class Verdicts
{
    public static (Verdict Verdict, ImmutableArray<string> Reasons) Of(Evidence evidence, ImmutableArray<Finding> findings)
    {
        if (evidence.Grade == EvidenceGrade.Insufficient) return (Verdict.Inconclusive, [.. EvidenceReasons(evidence)]);
        if (evidence.Succeeded == false)
        {
            return (Verdict.Inconclusive, ["the workload failed under runc, so nothing can be said of a sandbox: make it succeed there first"]);
        }
        if (findings.Any(finding => finding.Consequence == Consequence.Blocking)) return (Verdict.Incompatible, []);

        var unknown = findings.Count(finding => finding.Consequence == Consequence.Unknown);
        if (unknown > 0)
        {
            return (Verdict.Inconclusive,
                [$"what the target does with {unknown} kinds of call is not known", .. evidence.Grade == EvidenceGrade.Complete ? [] : EvidenceReasons(evidence)]);
        }
        if (evidence.Grade != EvidenceGrade.Complete) return (Verdict.Inconclusive, [.. EvidenceReasons(evidence)]);
        return (findings.Any(finding => finding.Consequence == Consequence.Degraded) ? Verdict.Caveats : Verdict.Compatible, []);
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
