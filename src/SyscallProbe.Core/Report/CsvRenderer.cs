using System.Globalization;
using System.Text;
using SyscallProbe.Matrix;

namespace SyscallProbe.Report;

/// <summary>Findings as CSV, a line each, for spreadsheets and databases: RFC 4180, LF, no newline in a cell.</summary>
public static class CsvRenderer
{
    static readonly string[] s_header =
    [
        "workload", "target", "verdict", "rule", "consequence", "certainty", "syscall", "arguments", "path", "outcome", "errno", "condition", "effect",
        "calls", "result", "executables", "phase", "stack", "file", "line", "field", "remedy", "assessed_consequence", "waiver", "waiver_expires", "waived", "baseline",
    ];

    // A spreadsheet takes a cell that begins so for a formula; the wide forms are folded by some.
    static readonly char[] s_formulaStarts = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

    /// <summary>Writes a header and a line for each finding; a target without findings has none.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports)
    {
        var line = new StringBuilder();
        Flush(to, line, s_header);
        foreach (var reported in ReportedFinding.All(reports)) Flush(to, line, Cells(reported));
    }

    static void Flush(TextWriter to, StringBuilder line, IReadOnlyList<string> cells)
    {
        CsvFile.AppendLine(line, cells);
        to.Write(line);
        line.Clear();
    }

    static string[] Cells(ReportedFinding reported)
    {
        var (report, target, finding) = reported;
        return
        [
            Safe(EvidenceLines.Title(report)), Safe(target.Target), target.Verdict.Word(), Safe(finding.Rule), finding.Consequence.Word(), finding.Certainty.Word(),
            Safe(finding.Syscall), Safe(string.Join(' ', finding.Arguments.Select(argument => $"{argument.Key}={argument.Value}"))), Safe(finding.Path),
            finding.Outcome.Word(), finding.Errno?.Name ?? "", Safe(finding.Condition), Safe(finding.Effect),
            finding.Observed.Count.ToString(CultureInfo.InvariantCulture), finding.Observed.Result.ToString(), Safe(string.Join("; ", finding.Executables)), finding.Phase.Word(),
            Safe(string.Join(" < ", finding.Stack)), Safe(finding.Location?.File), finding.Location?.Line.ToString(CultureInfo.InvariantCulture) ?? "", Safe(finding.Location?.Field), Safe(finding.Remedy),
            finding.AssessedConsequence?.Word() ?? "", Safe(finding.Waiver?.Statement), finding.Waiver is { } waiver ? WaiverJson.Text(waiver.Expires) : "", finding.IsWaived ? "true" : "false", finding.Baseline?.Word() ?? "",
        ];
    }

    static string Safe(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var shown = TerminalText.Escape(text);
        return s_formulaStarts.Contains(shown[0]) ? "'" + shown : shown;
    }
}
