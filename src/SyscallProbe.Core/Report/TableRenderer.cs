using System.Collections.Immutable;
using SyscallProbe.Rules;

namespace SyscallProbe.Report;

/// <summary>The report for a person at a terminal: verdicts and advice first, then the worst finding with what to do, then the rest.</summary>
/// <remarks>The workload's strings are escaped for terminals. Findings that are alike are one entry, harmless ones one line.</remarks>
public static class TableRenderer
{
    // Beyond these a person looks into the JSON.
    const int MostGroups = 20;
    const int MostCalls = 3;
    const int MostHarmless = 8;
    const int MostFixes = 3;
    const int MostFrames = 6;

    const int VerdictColumn = 14;
    const int DetailColumn = 8;

    /// <summary>Writes one report, or several after each other.</summary>
    public static void Write(TextOutput to, IReadOnlyList<CheckReport> reports)
    {
        if (WorkloadTable.Fits(reports))
        {
            WorkloadTable.Write(to, reports);
            return;
        }
        for (var i = 0; i < reports.Count; i++)
        {
            if (i > 0) to.Writer.WriteLine();
            if (reports.Count > 1) to.Writer.WriteLine(to.Styled(TextStyle.Strong, $"[{i + 1} of {reports.Count}] {EvidenceLines.Title(reports[i])}"));
            Write(to, reports[i]);
        }
    }

    static void Write(TextOutput to, CheckReport report)
    {
        foreach (var target in report.Targets) WriteVerdict(to, report, target);
        WriteRecommendation(to, report.Recommendation);
        var worst = WorstOf(report);
        if (worst is var (worstTarget, worstGroup))
        {
            to.Writer.WriteLine();
            to.Hanging("Worst:", 7, $"{CallsOf(worstGroup)} {FindingWords.Outcome(worstGroup.First)} under {Safe(worstTarget.Target)}", TextStyle.Strong);
            WriteGroupBody(to, worstGroup, "  ");
        }
        foreach (var target in report.Targets) WriteOthers(to, target, target == worst?.Target ? worst?.Group : null);
        if (to.ShowsWaived) WriteWaived(to, report);
        to.Writer.WriteLine();
        foreach (var target in report.Targets) VerificationLines.Write(to, target);
        foreach (var target in report.Targets) RehearsalLines.Write(to, target);
        foreach (var target in report.Targets) LatentLines.Write(to, target);
        GateLines.Write(to, report);
        if (!report.IsSpecificationOnly)
        {
            EvidenceLines.Write(to, report.Evidence, report.Kinds, report.SingleRunKinds, NewBlocking(report));
            EvidenceLines.Write(to, report.Subject);
        }
        if (report.Workload is { } workload) to.Hanging("Manifest", 10, $"{Safe(workload.ToString())} ({Safe(workload.File)}:{workload.Line})", TextStyle.Dim);
        ManifestCommand.Write(to, report);
    }

    static string[] NewBlocking(CheckReport report) =>
        [.. report.Targets.SelectMany(target => target.Counted).Where(finding => finding is { Consequence: Consequence.Blocking, Runs: 1 }).Select(FindingWords.Call).Distinct()];

    static void WriteVerdict(TextOutput to, CheckReport report, TargetReport target)
    {
        to.Hanging(target.Verdict.Word(), VerdictColumn, Safe($"{target.Target}: {FindingWords.Summary(report, target)}"), StyleOf(target.Verdict));
        foreach (var fix in target.Fixes.Take(MostFixes)) to.Hanging("", VerdictColumn, Safe(FindingWords.Fix(fix)));
    }

    static void WriteRecommendation(TextOutput to, Recommendation recommendation)
    {
        var advice = recommendation.Runtime == "none" ? "use none" : $"use {Safe(recommendation.Runtime)}";
        to.Hanging(advice, VerdictColumn, Safe(recommendation.Reasons.FirstOrDefault("")), TextStyle.Strong);
        foreach (var caveat in recommendation.Caveats) to.Hanging("", VerdictColumn, "caveat: " + Safe(caveat));
        PolicyLines.Write(to, recommendation, VerdictColumn);
    }

    static (TargetReport Target, FindingGroup Group)? WorstOf(CheckReport report)
    {
        var target = report.Targets
            .Where(target => target.Counted.Any(finding => finding.Consequence != Consequence.Harmless))
            .MinBy(target => target.Verdict.Rank());
        return target is null ? null : (target, FindingGroup.Of(target.Counted).First(group => group.First.Consequence != Consequence.Harmless));
    }

    static void WriteOthers(TextOutput to, TargetReport target, FindingGroup? shown)
    {
        var groups = FindingGroup.Of(target.Counted);
        var felt = groups.Where(group => group.First.Consequence != Consequence.Harmless && group.First != shown?.First).ToArray();
        var harmless = groups.Where(group => group.First.Consequence == Consequence.Harmless).SelectMany(group => group.Findings).ToArray();
        var reasons = target.Reasons.Skip(1).ToArray();
        if (felt.Length + harmless.Length + reasons.Length == 0) return;

        to.Writer.WriteLine();
        to.Writer.WriteLine(to.Styled(TextStyle.Strong, (shown is null ? "" : "Also under ") + Safe(target.Target)));
        foreach (var reason in reasons) to.Hanging("  inconclusive because", 23, Safe(reason));
        foreach (var group in felt.Take(MostGroups))
        {
            to.Hanging("  -", 4, $"{CallsOf(group)} {FindingWords.Outcome(group.First)}");
            WriteGroupBody(to, group, "    ");
        }
        if (felt.Length > MostGroups) to.Writer.WriteLine($"  and {felt.Length - MostGroups} more causes (all: --format json)");
        if (harmless.Length > 0)
        {
            var calls = harmless.Select(finding => Safe(finding.Syscall ?? FindingWords.Call(finding))).Distinct().ToArray();
            to.Hanging("  -", 4, $"{harmless.Length} harmless: {FindingWords.Listed(calls, MostHarmless)}");
        }
    }

    static void WriteWaived(TextOutput to, CheckReport report)
    {
        foreach (var target in report.Targets)
        {
            var groups = FindingGroup.Of(target.Findings.Where(finding => finding.IsWaived));
            if (groups.IsEmpty) continue;
            to.Writer.WriteLine();
            to.Writer.WriteLine(to.Styled(TextStyle.Strong, "Waived under " + Safe(target.Target)));
            foreach (var group in groups)
            {
                to.Hanging("  -", 4, $"{CallsOf(group)} {FindingWords.Outcome(group.First)}");
                WriteGroupBody(to, group, "    ");
            }
        }
    }

    static void WriteGroupBody(TextOutput to, FindingGroup group, string indent)
    {
        var finding = group.First;
        var column = indent.Length + DetailColumn;
        var needs = FindingWords.Needs(finding) is { } condition ? "; " + Safe(condition) : "";
        to.Hanging(indent + finding.Rule, column, $"{finding.Consequence.Word()}, {finding.Certainty.Word()}{needs}", StyleOf(finding.Consequence));
        foreach (var line in GateLines.Of(finding)) to.Hanging(indent + "policy", column, Safe(line));
        if (finding.Effect is { } effect) to.Hanging(indent + "effect", column, Safe(effect));
        to.Hanging(indent + "seen", column, Safe(FindingWords.Seen(group)));
        if (group.Findings.FirstOrDefault(finding => !finding.Stack.IsEmpty) is { } called) to.Hanging(indent + "from", column, From(called.Stack));
        to.Hanging(indent + "do", column, Safe(finding.Remedy));
    }

    static string From(ImmutableArray<string> stack) => string.Join(" ← ", stack.Take(MostFrames).Select(Safe)) + (stack.Length > MostFrames ? " ← …" : "");

    static string CallsOf(FindingGroup group) => FindingWords.Listed([.. group.Findings.Select(finding => Safe(FindingWords.Call(finding))).Distinct()], MostCalls);

    static string Safe(string text) => TerminalText.Escape(text);

    static TextStyle StyleOf(Verdict verdict) => verdict switch
    {
        Verdict.Compatible => TextStyle.Good,
        Verdict.Incompatible => TextStyle.Bad,
        _ => TextStyle.Warning,
    };

    static TextStyle StyleOf(Consequence consequence) => consequence switch
    {
        Consequence.Blocking => TextStyle.Bad,
        Consequence.Harmless => TextStyle.Dim,
        _ => TextStyle.Warning,
    };
}
