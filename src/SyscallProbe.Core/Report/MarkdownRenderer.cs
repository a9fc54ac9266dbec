namespace SyscallProbe.Report;

/// <summary>Reports as Markdown, for a comment on a pull request: verdicts and advice first, what is harmless or waived folded.</summary>
/// <remarks>Lists and no tables: a <c>|</c> in a path has no form that is right in a table and in a code span.</remarks>
public static class MarkdownRenderer
{
    /// <summary>What GitHub takes as a comment.</summary>
    public const int MostCommentBytes = 65_536;

    // For the last line, which says how many findings were left out.
    const int NoticeBytes = 256;

    const string FoldEnd = "\n</details>\n";

    /// <summary>Writes a document that fits a comment.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports) => Write(to, reports, MostCommentBytes);

    /// <summary>Writes a document of a size in UTF-8 at most, and how many findings it had no room for: those at the end.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports, int mostBytes)
    {
        var text = new SizedText(to, mostBytes - NoticeBytes);
        var leftOut = 0;
        foreach (var report in reports)
        {
            WriteHead(text, report);
            foreach (var target in report.Targets) leftOut += WriteFindings(text, target);
            if (!report.IsSpecificationOnly) text.TryLine($"\n{MarkdownText.Plain($"Evidence: {EvidenceLines.Of(report.Evidence, report.Kinds)}.")}\n");
            foreach (var line in GateLines.Of(report)) text.TryLine($"\n{MarkdownText.Plain($"Policy: {line}.")}\n");
            if (report.Workload is { } workload) text.TryLine($"\nManifest: {MarkdownText.Code($"{workload.File}:{workload.Line}")}\n");
        }
        if (text.IsFull && mostBytes >= NoticeBytes) to.Write($"\n{FindingWords.Counted((ulong)leftOut, "finding")} left out, as there is no room here: save the report with --format json and see `syscallprobe report show`.\n");
    }

    static void WriteHead(SizedText text, CheckReport report)
    {
        text.TryLine($"### SyscallProbe: {MarkdownText.Code(EvidenceLines.Title(report))}\n");
        foreach (var target in report.Targets)
        {
            text.TryLine($"- **{target.Verdict.Word()}** {MarkdownText.Code(target.Target)}: {MarkdownText.Plain(FindingWords.Summary(report, target))}");
            foreach (var reason in target.Reasons.Skip(1)) text.TryLine($"  - {MarkdownText.Plain(reason)}");
            if (GateLines.Of(target) is { } line) text.TryLine($"  - {MarkdownText.Plain(line)}");
            foreach (var fix in target.Fixes) text.TryLine($"  - {MarkdownText.Plain(FindingWords.Fix(fix))}");
        }
        var recommendation = report.Recommendation;
        text.TryLine($"\n**use {MarkdownText.Plain(recommendation.Runtime)}**{(recommendation.Reasons.IsEmpty ? "" : ": " + MarkdownText.Plain(recommendation.Reasons[0]))}\n");
        foreach (var caveat in recommendation.Caveats) text.TryLine($"- {MarkdownText.Plain(caveat)}");
        foreach (var line in PolicyLines.Of(recommendation)) text.TryLine($"- {MarkdownText.Plain(line)}");
    }

    static int WriteFindings(SizedText text, TargetReport target)
    {
        if (target.Findings.IsEmpty) return 0;
        text.TryLine($"\n#### {MarkdownText.Code(target.Target)}\n");
        var (written, fold) = (0, (string?)null);
        foreach (var finding in target.Findings)
        {
            // Worst first and waived ones last, so that each fold is one.
            var next = finding.IsWaived ? "waived" : finding.Consequence == Consequence.Harmless ? "harmless" : null;
            if (next != fold)
            {
                if (fold is not null) text.Close(FoldEnd);
                fold = null;
                if (next is not null && !text.TryLine($"\n<details><summary>{next}</summary>\n", FoldEnd)) break;
                fold = next;
            }
            if (!text.TryLine(Item(finding))) break;
            written++;
        }
        if (fold is not null) text.Close(FoldEnd.TrimEnd('\n'));
        return target.Findings.Length - written;
    }

    static string Item(Finding finding)
    {
        var effect = finding.Effect is { } text ? " " + MarkdownText.Plain(text) : "";
        var needs = FindingWords.Needs(finding) is { } condition ? "; " + MarkdownText.Plain(condition) : "";
        var stack = finding.Stack.IsEmpty ? "" : $" From {MarkdownText.Code(string.Join(" < ", finding.Stack))}.";
        return $"- **{finding.Consequence.Word()}** {MarkdownText.Code(finding.Rule)} {MarkdownText.Code(FindingWords.Call(finding))} {MarkdownText.Plain(FindingWords.Outcome(finding))} ({finding.Certainty.Word()}){needs}."
            + $"{effect} Seen: {MarkdownText.Code(FindingWords.Seen(finding))}.{stack} {MarkdownText.Plain(finding.Remedy)}{string.Concat(GateLines.Of(finding).Select(line => $" **{MarkdownText.Plain(line)}**."))}";
    }
}
