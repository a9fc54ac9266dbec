using System.Collections.Immutable;

namespace SyscallProbe.Report;

/// <summary>A call of which two reports on one target say something else.</summary>
/// <param name="Before">Null where the first report has no finding on it.</param>
/// <param name="After">Null where the second has none.</param>
public sealed record FindingChange(Finding? Before, Finding? After)
{
    public bool IsAdded => Before is null;

    public bool IsRemoved => After is null;

    /// <summary>Whether the workload is worse off: a finding that is new, or a more severe consequence.</summary>
    public bool IsWorse => After is not null && (Before is null || After.Consequence.Rank() < Before.Consequence.Rank());
}

/// <summary>What two reports say otherwise of one runtime.</summary>
/// <param name="Before">Null where the first report has no such target.</param>
/// <param name="After">Null where the second has none.</param>
/// <param name="Changes">In the order of the second report, then what is gone in the order of the first.</param>
public sealed record TargetDiff(TargetReport? Before, TargetReport? After, ImmutableArray<FindingChange> Changes)
{
    /// <summary>Whether there is anything to tell.</summary>
    public bool IsDifference => Before?.Verdict != After?.Verdict || !Changes.IsEmpty;
}

/// <summary>What changed between two reports, as after an upgrade of the image, of gVisor or of Kata.</summary>
/// <remarks>
/// A finding is known by its call and by what the call gave under runc: not by its rule, which another release may change, nor by the programs that made it. How often a call was
/// made and in which phase is not compared: it differs from run to run.
/// </remarks>
public static class ReportDiff
{
    /// <summary>Pairs targets of one name, then those of one runtime in their order, and compares their findings.</summary>
    public static ImmutableArray<TargetDiff> Of(CheckReport before, CheckReport after)
    {
        var left = before.Targets.ToList();
        var exact = after.Targets.Select(target => Taken(left, other => other.Target == target.Target)).ToArray();
        var pairs = after.Targets.Select((target, i) => (Before: exact[i] ?? Taken(left, other => other.Runtime == target.Runtime), After: (TargetReport?)target)).ToArray();
        return [.. pairs.Concat(left.Select(gone => (Before: (TargetReport?)gone, After: (TargetReport?)null))).Select(pair => new TargetDiff(pair.Before, pair.After, Changes(pair.Before, pair.After)))];
    }

    static TargetReport? Taken(List<TargetReport> left, Predicate<TargetReport> fits)
    {
        var index = left.FindIndex(fits);
        if (index < 0) return null;
        var target = left[index];
        left.RemoveAt(index);
        return target;
    }

    static ImmutableArray<FindingChange> Changes(TargetReport? before, TargetReport? after)
    {
        var (old, now) = (ByCall(before), ByCall(after));
        return
        [
            .. now.Select(pair => new FindingChange(old.GetValueOrDefault(pair.Key), pair.Value)).Where(change => change.Before is null || !Same(change.Before, change.After!)),
            .. old.Where(pair => !now.ContainsKey(pair.Key)).Select(pair => new FindingChange(pair.Value, null)),
        ];
    }

    // Of several findings on one call the first, which is the most severe.
    static OrderedDictionary<string, Finding> ByCall(TargetReport? target)
    {
        var findings = new OrderedDictionary<string, Finding>();
        foreach (var finding in target?.Findings ?? []) findings.TryAdd(KeyOf(finding), finding);
        return findings;
    }

    /// <summary>What a finding is known by in another report.</summary>
    internal static string KeyOf(Finding finding) =>
        string.Join('\0', [finding.Syscall, .. finding.Arguments.Select(argument => $"{argument.Key}={argument.Value}"), finding.Path, finding.Location?.File, finding.Location?.Field, finding.Observed.Result.ToString()]);

    static bool Same(Finding a, Finding b) => (a.Rule, a.Outcome, a.Errno, a.Condition, a.Consequence) == (b.Rule, b.Outcome, b.Errno, b.Condition, b.Consequence);
}
