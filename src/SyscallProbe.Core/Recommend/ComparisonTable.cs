using SyscallProbe.Report;

namespace SyscallProbe.Recommend;

/// <summary>The runtimes side by side for a person at a terminal.</summary>
public static class ComparisonTable
{
    const int AspectColumn = 11;
    const int Gap = 2;
    const int LeastCell = 18;

    /// <summary>Writes the table of each report, with an empty line behind it.</summary>
    public static void Write(TextOutput to, IReadOnlyList<CheckReport> reports)
    {
        foreach (var report in reports)
        {
            if (reports.Count > 1) to.Writer.WriteLine(to.Styled(TextStyle.Strong, EvidenceLines.Title(report)));
            Write(to, report);
        }
    }

    static void Write(TextOutput to, CheckReport report)
    {
        var width = Math.Max((to.Width - AspectColumn) / Comparison.Runtimes.Count - Gap, LeastCell);
        to.Writer.WriteLine(to.Styled(TextStyle.Strong, Line("", Comparison.Runtimes, width)));
        foreach (var aspect in Comparison.Of(report))
        {
            var cells = aspect.Cells.Select(cell => TextLayout.Wrap(TerminalText.Escape(cell), width).ToArray()).ToArray();
            for (var line = 0; line < cells.Max(cell => cell.Length); line++)
            {
                to.Writer.WriteLine(Line(line == 0 ? aspect.Aspect : "", [.. cells.Select(cell => cell.ElementAtOrDefault(line) ?? "")], width));
            }
        }
        to.Writer.WriteLine();
    }

    static string Line(string aspect, IReadOnlyList<string> cells, int width) =>
        (aspect.PadRight(AspectColumn) + string.Concat(cells.Select(cell => cell.PadRight(width + Gap)))).TrimEnd();
}
