namespace SyscallProbe.Report;

/// <summary>What a policy's waivers and a baseline say, in words, for every renderer that people read. Nothing is escaped here.</summary>
public static class GateLines
{
    const int Column = 10;

    /// <summary>How many findings are waived, then each waiver that expired or matches nothing, a sentence each; empty where there is nothing to say.</summary>
    public static IEnumerable<string> Of(CheckReport report)
    {
        var waived = report.Targets.Sum(target => target.Findings.Count(finding => finding.IsWaived));
        if (waived > 0) yield return $"{FindingWords.Counted((ulong)waived, "finding")} waived";
        foreach (var waiver in report.Waivers.Where(waiver => waiver.State != WaiverState.Applied)) yield return Of(waiver);
    }

    /// <summary>What the gate makes of a target held against a baseline; null without one.</summary>
    public static string? Of(TargetReport target) => target.Baseline is not { } baseline ? null
        : $"{target.Target}: {(baseline.Target is null ? "not in the baseline" : $"{baseline.New} new, {baseline.Worse} worse, {baseline.Gone} gone since {baseline.Target} ({baseline.Before?.Word()})")}; the gate takes it as {baseline.Gate.Word()}";

    /// <summary>A waiver that does not hold: <c>the waiver of GV0012 (a.yaml:7) expired on 2026-11-01, and 3 findings count again: STATEMENT</c>.</summary>
    public static string Of(WaiverUse waiver)
    {
        var what = $"the waiver of {string.Join(' ', [waiver.Rule, .. waiver.Scope.Select(pair => $"{pair.Key} {pair.Value}")])} ({waiver.File}:{waiver.Line})";
        return waiver.State switch
        {
            WaiverState.Expired => $"{what} expired on {WaiverJson.Text(waiver.Expires)}, and {FindingWords.Counted((ulong)waiver.Findings, "finding")} {(waiver.Findings == 1 ? "counts" : "count")} again: {waiver.Statement}",
            WaiverState.Stale => $"{what} is stale: no finding that would count fits it",
            _ => $"{what} holds until {WaiverJson.Text(waiver.Expires)}: {waiver.Statement}",
        };
    }

    /// <summary>What the policy says of one finding: <c>waived until 2027-01-31: STATEMENT</c>; empty where it says nothing.</summary>
    public static IEnumerable<string> Of(Finding finding)
    {
        if (finding.Baseline is BaselineState.New or BaselineState.Worse) yield return $"{finding.Baseline.Value.Word()} since the baseline";
        if (finding.AssessedConsequence is { } assessed) yield return $"{finding.Consequence.Word()} by the policy, assessed as {assessed.Word()}";
        if (finding.Waiver is { } waiver) yield return $"{(waiver.IsExpired ? "its waiver expired on" : "waived until")} {WaiverJson.Text(waiver.Expires)}: {waiver.Statement}";
    }

    internal static void Write(TextOutput to, CheckReport report)
    {
        var lead = "Policy";
        foreach (var line in Of(report))
        {
            to.Hanging(lead, Column, TerminalText.Escape(line), TextStyle.Warning);
            lead = "";
        }
        foreach (var target in report.Targets)
        {
            if (Of(target) is { } line) to.Hanging("Baseline", Column, TerminalText.Escape(line), target.GateVerdict == Verdict.Compatible ? TextStyle.Good : TextStyle.Warning);
        }
    }
}
