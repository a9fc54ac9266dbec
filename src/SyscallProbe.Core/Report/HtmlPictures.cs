using System.Globalization;
using SyscallProbe.Rules;

namespace SyscallProbe.Report;

/// <summary>The pictures of the HTML report, as SVG in the page.</summary>
static class HtmlPictures
{
    const double Width = 1000;

    // What is rare decides more than what is common: it has to be seen.
    const double LeastWidth = 6;

    /// <summary>Writes a bar for each target that shows how many calls have which outcome; nothing for a report without calls.</summary>
    public static void WriteOutcomes(TextWriter to, CheckReport report)
    {
        if (report.Evidence.Events == 0) return;
        foreach (var target in report.Targets) WriteOutcomes(to, target, report.Evidence.Events);
    }

    static void WriteOutcomes(TextWriter to, TargetReport target, ulong events)
    {
        var counts = new SortedDictionary<OutcomeKind, ulong>();
        foreach (var finding in target.Findings) counts[finding.Outcome] = counts.GetValueOrDefault(finding.Outcome) + finding.Observed.Count;
        var others = counts.Values.Aggregate(0UL, (sum, count) => sum + count);
        (string Word, ulong Count)[] parts =
            [("works", events > others ? events - others : 0), .. counts.Where(pair => pair.Value > 0).Select(pair => (pair.Key.Word(), pair.Value))];
        var words = string.Join(", ", parts.Select(part => $"{part.Count.ToString("N0", CultureInfo.InvariantCulture)} {part.Word}"));
        to.Write($"<figure>\n<svg class=\"bar\" viewBox=\"0 0 {Width:0} 24\" preserveAspectRatio=\"none\" role=\"img\"><title>{HtmlRenderer.Text($"Calls by outcome under {target.Target}: {words}")}</title>");
        var widths = Widths([.. parts.Select(part => (double)part.Count)]);
        var x = 0.0;
        for (var i = 0; i < parts.Length; i++)
        {
            to.Write($"<rect class=\"{ClassOf(parts[i].Word)}\" x=\"{Number(x)}\" y=\"0\" width=\"{Number(widths[i])}\" height=\"24\"/>");
            x += widths[i];
        }
        to.Write($"</svg>\n<figcaption>Calls by outcome under <code>{HtmlRenderer.Text(target.Target)}</code>:");
        foreach (var (word, count) in parts)
        {
            to.Write($" <svg class=\"key\" viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"{ClassOf(word)}\" width=\"1\" height=\"1\"/></svg>{count.ToString("N0", CultureInfo.InvariantCulture)} {word}");
        }
        to.Write("</figcaption>\n</figure>\n");
    }

    // Those that would vanish get the least width, and the others share what is left.
    static double[] Widths(double[] counts)
    {
        var total = Math.Max(counts.Sum(), 1);
        var small = counts.Count(count => count > 0 && count / total * Width < LeastWidth);
        var large = counts.Where(count => count / total * Width >= LeastWidth).Sum();
        return [.. counts.Select(count => count == 0 ? 0 : count / total * Width < LeastWidth ? LeastWidth : count / large * (Width - small * LeastWidth))];
    }

    // 'unknown' is a consequence's class too.
    static string ClassOf(string outcome) => outcome == "unknown" ? "unsure" : outcome;

    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
