using System.Globalization;
using System.Text;

namespace SyscallProbe.Accuracy;

/// <summary>Counts what cases were called against what becomes of them.</summary>
static class Confusion
{
    static readonly string[] s_verdicts = ["compatible", "caveats", "incompatible", "inconclusive", "error"];

    /// <summary>A table in Markdown: a line a judge, and how often the true cause is named.</summary>
    public static string Table(IReadOnlyList<(Case Case, CaseResult Result)> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| judge | fails, called compatible or caveats | works, called incompatible | inconclusive | cause among the findings | cause first |");
        text.AppendLine("|---|---|---|---|---|---|");
        Line(text, "`check`", results, r => r.Check, r => r.CauseAt);
        var rehearsed = results.Where(pair => pair.Result.Rehearse.Length > 0).ToList();
        if (rehearsed.Count > 0) Line(text, $"`check --rehearse` ({rehearsed.Count} cases)", rehearsed, r => r.Rehearse, r => r.RehearsedCauseAt);
        Line(text, "a call that `runsc help syscalls` lists as unsupported", results, r => r.Unsupported, null);
        Line(text, "… or as partial", results, r => r.Partial, null);
        return text.ToString();
    }

    /// <summary>The counts behind the table: truth by verdict.</summary>
    public static string Counts(IReadOnlyList<(Case Case, CaseResult Result)> results, Func<CaseResult, string> verdict)
    {
        var text = new StringBuilder();
        text.AppendLine($"| truth | {string.Join(" | ", s_verdicts)} |");
        text.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|", s_verdicts.Length))}");
        foreach (var works in new[] { true, false })
        {
            var counts = s_verdicts.Select(v => results.Count(pair => pair.Case.WorksUnderRunsc == works && verdict(pair.Result) == v));
            text.AppendLine($"| {(works ? "works" : "fails")} | {string.Join(" | ", counts)} |");
        }
        return text.ToString();
    }

    static void Line(StringBuilder text, string judge, IReadOnlyList<(Case Case, CaseResult Result)> results, Func<CaseResult, string> verdict, Func<CaseResult, int>? causeAt)
    {
        var fails = results.Where(pair => !pair.Case.WorksUnderRunsc).ToList();
        var works = results.Where(pair => pair.Case.WorksUnderRunsc).ToList();
        var known = fails.Where(pair => pair.Case.Syscalls.Length + pair.Case.Paths.Length > 0).ToList();
        text.AppendLine(string.Join(" | ",
            $"| {judge}",
            Share(fails.Count(pair => verdict(pair.Result) is "compatible" or "caveats"), fails.Count),
            Share(works.Count(pair => verdict(pair.Result) == "incompatible"), works.Count),
            Share(results.Count(pair => verdict(pair.Result) is "inconclusive" or "error"), results.Count),
            causeAt is null ? "–" : Share(known.Count(pair => causeAt(pair.Result) > 0), known.Count),
            (causeAt is null ? "–" : Share(known.Count(pair => causeAt(pair.Result) == 1), known.Count)) + " |"));
    }

    static string Share(int part, int whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{part} of {whole} ({100.0 * part / whole:0} %)");
}
