using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SyscallProbe.Report;

/// <summary>Reports as one HTML file: no other resource, whole without scripts, for screens dark and light and for paper.</summary>
/// <remarks>The page's own policy lets nothing run but its own script and nothing be loaded at all, should an escape ever fail.</remarks>
public static class HtmlRenderer
{
    /// <summary>Writes one page.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports)
    {
        var title = reports.Count == 1 ? EvidenceLines.Title(reports[0]) : FindingWords.Counted((ulong)reports.Count, "workload");
        to.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{HashOf(HtmlAssets.Style)}'; script-src '{HashOf(HtmlAssets.Script)}'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>SyscallProbe: {Text(title)}</title>
            <style>{HtmlAssets.Style}</style>
            </head>
            <body>
            <header><h1>SyscallProbe</h1>
            <label id="filter" hidden>Filter <input type="search" placeholder="rule, call, path, program"> <output></output></label></header>

            """);
        foreach (var report in reports) WriteReport(to, report);
        to.Write($"<footer>{Text(reports.Count > 0 ? $"syscallprobe {reports[0].ToolVersion}" : "syscallprobe")}; <code>syscallprobe explain RULE</code> tells more of a rule</footer>\n<script>{HtmlAssets.Script}</script>\n</body>\n</html>\n");
    }

    /// <summary>Text for an element or a quoted attribute: what a terminal would obey is made visible, what HTML would obey is escaped.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(TerminalText.Escape(text));

    static void WriteReport(TextWriter to, CheckReport report)
    {
        var subject = report.Subject;
        to.Write($"<section>\n<h2><code>{Text(EvidenceLines.Title(report))}</code></h2>\n<ul class=\"verdicts\">\n");
        foreach (var target in report.Targets) WriteVerdict(to, report, target);
        to.Write($"</ul>\n<p><strong>use {Text(report.Recommendation.Runtime)}</strong>{Text(report.Recommendation.Reasons.IsEmpty ? "" : ": " + string.Join("; ", report.Recommendation.Reasons))}</p>\n");
        WriteList(to, report.Recommendation.Caveats);
        WriteList(to, PolicyLines.Of(report.Recommendation));
        if (!report.IsSpecificationOnly)
        {
            to.Write($"<p class=\"evidence\">Evidence: {Text(EvidenceLines.Of(report.Evidence, report.Kinds))}. {Text($"{(subject.Image is null ? "" : $"Image {subject.Image}, ")}{subject.Arch.Name()}, Linux {subject.Kernel ?? "of unknown version"}")}.</p>\n");
            WriteList(to, report.Evidence.Reasons);
        }
        WriteList(to, [.. GateLines.Of(report)]);
        if (report.Workload is { } workload) to.Write($"<p class=\"evidence\">Manifest: {Text($"{workload.File}:{workload.Line}")}</p>\n");
        HtmlPictures.WriteOutcomes(to, report);
        foreach (var target in report.Targets) WriteFindings(to, target);
        to.Write("</section>\n");
    }

    static void WriteVerdict(TextWriter to, CheckReport report, TargetReport target)
    {
        to.Write($"<li class=\"{target.Verdict.Word()}\"><strong>{target.Verdict.Word()}</strong> <code>{Text(target.Target)}</code>: {Text(FindingWords.Summary(report, target))}");
        WriteList(to, [.. target.Reasons.Skip(1), .. target.Fixes.Select(FindingWords.Fix), .. GateLines.Of(target) is { } line ? [line] : Array.Empty<string>()]);
        to.Write("</li>\n");
    }

    static void WriteFindings(TextWriter to, TargetReport target)
    {
        if (target.Findings.IsEmpty) return;
        to.Write($"<h3><code>{Text(target.Target)}</code></h3>\n");
        if (target.Counted.Any()) WriteTable(to, target.Counted);
        var waived = target.Findings.Count(finding => finding.IsWaived);
        if (waived == 0) return;
        to.Write($"<details><summary>{FindingWords.Counted((ulong)waived, "finding")} waived</summary>\n");
        WriteTable(to, target.Findings.Where(finding => finding.IsWaived));
        to.Write("</details>\n");
    }

    static void WriteTable(TextWriter to, IEnumerable<Finding> findings)
    {
        to.Write("<table>\n<thead><tr><th>Consequence</th><th>Rule</th><th>Call</th><th>What happens</th><th>Seen</th><th>What to do</th></tr></thead>\n<tbody>\n");
        foreach (var finding in findings)
        {
            to.Write($"<tr class=\"{finding.Consequence.Word()}\"><td><strong>{finding.Consequence.Word()}</strong><br>{finding.Certainty.Word()}</td><td>{Text(finding.Rule)}</td>");
            to.Write($"<td><code>{Text(FindingWords.Call(finding))}</code>{(finding.Stack.IsEmpty ? "" : $"<br>from <code>{Text(string.Join(" ← ", finding.Stack))}</code>")}</td>");
            to.Write($"<td>{Text(FindingWords.Outcome(finding))}{(finding.Effect is { } effect ? $"<br>{Text(effect)}" : "")}{(FindingWords.Needs(finding) is { } needs ? $"<br>{Text(needs)}" : "")}</td>");
            to.Write($"<td>{Text(FindingWords.Seen(finding))}</td><td>{Text(finding.Remedy)}{string.Concat(GateLines.Of(finding).Select(line => $"<br>{Text(line)}"))}</td></tr>\n");
        }
        to.Write("</tbody>\n</table>\n");
    }

    static void WriteList(TextWriter to, IReadOnlyCollection<string> texts)
    {
        if (texts.Count == 0) return;
        to.Write("<ul>");
        foreach (var text in texts) to.Write($"<li>{Text(text)}</li>");
        to.Write("</ul>\n");
    }

    static string HashOf(string source) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
}
