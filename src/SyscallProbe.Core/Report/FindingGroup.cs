using System.Collections.Immutable;

namespace SyscallProbe.Report;

/// <summary>Findings of one target that differ only in the call: one cause, one thing to do.</summary>
/// <param name="Findings">At least one, in the report's order.</param>
public sealed record FindingGroup(ImmutableArray<Finding> Findings)
{
    /// <summary>Stands for what all have in common.</summary>
    public Finding First => Findings[0];

    /// <summary>Calls of all kinds in the group.</summary>
    public ulong Count => Findings.Aggregate(0UL, (sum, finding) => sum + finding.Observed.Count);

    /// <summary>Programs that made any of them.</summary>
    public ImmutableSortedSet<string> Executables => [.. Findings.SelectMany(finding => finding.Executables)];

    /// <summary>Groups findings that are alike, in the order in which the report has the first of each.</summary>
    public static ImmutableArray<FindingGroup> Of(IEnumerable<Finding> findings) =>
        [.. findings.GroupBy(Key).Select(group => new FindingGroup([.. group]))];

    static (Consequence, Certainty, string, object, object?, string?, string?, string, object?, object?, object?) Key(Finding finding) =>
        (finding.Consequence, finding.Certainty, finding.Rule, finding.Outcome, finding.Errno, finding.Condition, finding.Effect, finding.Remedy, finding.Waiver, finding.AssessedConsequence, finding.Baseline);
}
