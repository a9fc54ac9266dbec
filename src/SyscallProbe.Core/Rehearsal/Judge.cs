using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Rehearsal;

/// <summary>Writes into findings what a rehearsal showed of them.</summary>
static class Judge
{
    /// <summary>The workload did its work with the item enforced.</summary>
    /// <remarks>
    /// A failure that it did not mind is harmless. A silent no-op keeps its consequence: that a page is not locked or a packet not stamped is seen by no health check.
    /// </remarks>
    public static void Passed(List<Finding> findings, PlanItem item)
    {
        foreach (var index in item.Findings)
        {
            var finding = findings[index];
            findings[index] = finding with
            {
                Certainty = Certainty.Rehearsed,
                Consequence = finding.Outcome == OutcomeKind.Ignored ? finding.Consequence : Consequence.Harmless,
            };
        }
    }

    /// <summary>The workload broke with these enforced, and does not with fewer of them.</summary>
    /// <remarks>Where the target may not do one of them, it is not known whether it breaks there: then nothing of the set is settled.</remarks>
    public static void Broke(List<Finding> findings, ImmutableArray<PlanItem> items)
    {
        var isSure = !items.Any(item => item.IsPossibleOnly);
        foreach (var index in items.SelectMany(item => item.Findings))
        {
            findings[index] = isSure
                ? findings[index] with { Certainty = Certainty.Rehearsed, Consequence = Consequence.Blocking }
                : findings[index] with { Consequence = findings[index].Consequence == Consequence.Blocking ? Consequence.Blocking : Consequence.Unknown };
        }
    }
}
