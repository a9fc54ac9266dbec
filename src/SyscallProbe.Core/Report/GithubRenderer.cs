namespace SyscallProbe.Report;

/// <summary>Verdicts and findings as workflow commands of GitHub Actions, which become annotations of the job; all the rest is for the step's summary.</summary>
/// <remarks>
/// GitHub shows the first ten annotations of each kind of a step: the verdicts come first, then the most severe findings. What is harmless, waived, or no worse than in the baseline is not annotated at all.
/// <see cref="WriteSummary"/> has every finding.
/// </remarks>
public static class GithubRenderer
{
    /// <summary>What GitHub shows of a step's errors, of its warnings and of its notices.</summary>
    public const int MostOfAKind = 10;

    /// <summary>What GitHub takes as a step's summary.</summary>
    public const int MostSummaryBytes = 1024 * 1024;

    /// <summary>Writes the workflow commands, a line each, and how many findings have none.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports)
    {
        var left = new Dictionary<string, int> { ["error"] = MostOfAKind, ["warning"] = MostOfAKind, ["notice"] = MostOfAKind };
        foreach (var report in reports)
        {
            if (report.Targets.IsEmpty && left["error"]-- > 0) WriteCommand(to, "error", null, "inconclusive", $"{EvidenceLines.Title(report)}: judged against no target");
            foreach (var target in report.Targets)
            {
                var kind = target.GateVerdict switch { Verdict.Compatible => "notice", Verdict.Caveats => "warning", _ => "error" };
                if (left[kind]-- > 0) WriteCommand(to, kind, null, $"{target.Verdict.Word()}: {target.Target}", $"{EvidenceLines.Title(report)}: {FindingWords.Summary(report, target)}");
            }
        }
        SeverityQuota QuotaOf(string kind) =>
            new(ReportedFinding.All(reports).Select(reported => reported.Finding).Where(finding => KindOf(finding) == kind), Math.Max(left[kind], 0));
        var (errors, warnings) = (QuotaOf("error"), QuotaOf("warning"));
        foreach (var (_, target, finding) in ReportedFinding.All(reports))
        {
            if (KindOf(finding) is not { } kind || !(kind == "error" ? errors : warnings).Takes(finding)) continue;
            WriteCommand(to, kind, finding.Location, $"{finding.Rule} {finding.Consequence.Word()}", FindingWords.Message(target, finding));
        }
        var rest = ReportedFinding.All(reports).Count(reported => KindOf(reported.Finding) is null) + errors.LeftOut + warnings.LeftOut;
        foreach (var line in reports.SelectMany(report => GateLines.Of(report).Concat(report.Targets.Select(GateLines.Of).OfType<string>())).Distinct()) to.WriteLine(TerminalText.Escape(line));
        if (rest > 0) to.WriteLine($"{FindingWords.Counted((ulong)rest, "finding")} not annotated: the step's summary has all");
    }

    /// <summary>Writes what belongs into the file that GITHUB_STEP_SUMMARY names: Markdown with all findings.</summary>
    /// <param name="mostBytes">At most <see cref="MostSummaryBytes"/> less what the file has.</param>
    public static void WriteSummary(TextWriter to, IReadOnlyList<CheckReport> reports, int mostBytes) => MarkdownRenderer.Write(to, reports, mostBytes);

    static void WriteCommand(TextWriter to, string kind, Location? place, string title, string message)
    {
        var at = place is null ? "" : $"file={Property(place.File)},line={place.Line},";
        to.WriteLine($"::{kind} {at}title={Property(title)}::{Data(message)}");
    }

    static string? KindOf(Finding finding) => !finding.Counts ? null : finding.Consequence switch
    {
        Consequence.Blocking => "error",
        Consequence.Harmless => null,
        _ => "warning",
    };

    // As actions/toolkit escapes them: packages/core/src/command.ts.
    static string Data(string text) => TerminalText.Escape(text).Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    static string Property(string text) => Data(text).Replace(":", "%3A").Replace(",", "%2C");
}
