namespace SyscallProbe.Report;

/// <summary>Many workloads of a cluster on one page: a line each, worst first, with what stands in the way.</summary>
static class WorkloadTable
{
    const int MostName = 48;

    /// <summary>Whether reports are of this kind: more than one, each of a workload in a manifest.</summary>
    public static bool Fits(IReadOnlyList<CheckReport> reports) => reports.Count > 1 && reports.All(report => report.Workload is not null);

    /// <summary>Writes the table.</summary>
    public static void Write(TextOutput to, IReadOnlyList<CheckReport> reports)
    {
        string[] targets = [.. reports.SelectMany(report => report.Targets).Select(target => target.Target).Distinct()];
        var names = Math.Min(reports.Max(report => report.Workload!.ToString().Length), MostName);
        foreach (var (target, index) in targets.Select((target, index) => (target, index))) to.Writer.WriteLine($"[{index + 1}] {TerminalText.Escape(target)}");
        to.Writer.WriteLine();
        to.Writer.WriteLine(to.Styled(TextStyle.Strong, $"{"workload".PadRight(names)}  {string.Join("", targets.Select((_, index) => $"[{index + 1}]".PadRight(14)))}use"));
        foreach (var report in reports.OrderBy(report => Ranks(report).Max()).ThenBy(report => Ranks(report).Sum()))
        {
            var verdicts = targets.Select(target => report.Targets.FirstOrDefault(other => other.Target == target)?.Verdict.Word() ?? "");
            to.Writer.WriteLine($"{TerminalText.Escape(report.Workload!.ToString()).PadRight(names)}  {string.Join("", verdicts.Select(verdict => verdict.PadRight(14)))}{report.Recommendation.Runtime}");
            if (WorstOf(report) is { } worst) to.Hanging("  because", 10, TerminalText.Escape(FindingWords.Clause(worst)), TextStyle.Dim);
        }
        to.Writer.WriteLine();
        foreach (var line in reports.SelectMany(GateLines.Of).GroupBy(line => line)) to.Writer.WriteLine(TerminalText.Escape(line.Key));
        to.Writer.WriteLine($"{reports.Count} workloads (all findings: --format json)");
        ManifestCommand.Write(to, reports);
    }

    // A workload that no target takes comes before one that only some refuse.
    static IEnumerable<int> Ranks(CheckReport report) => report.Targets.Select(target => target.Verdict.Rank()).DefaultIfEmpty(0);

    static Finding? WorstOf(CheckReport report) => report.Targets.SelectMany(target => target.Counted)
        .Where(finding => finding.Consequence is Consequence.Blocking or Consequence.Unknown)
        .MinBy(finding => finding.Consequence.Rank());
}
