namespace SyscallProbe.Report;

/// <summary>A way to write reports: one of the values of <c>--format</c>.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Write">Writes one report, or several after each other; the same reports give the same bytes.</param>
public sealed record ReportFormat(string Name, Action<TextOutput, IReadOnlyList<CheckReport>> Write)
{
    /// <summary>Writes what goes into the summary of a CI job's step beside the result, within a number of bytes; null where the format has none.</summary>
    public Action<TextWriter, IReadOnlyList<CheckReport>, int>? WriteSummary { get; init; }
}

/// <summary>Every renderer of reports, the default first.</summary>
public static class ReportFormats
{
    public static IReadOnlyList<ReportFormat> All { get; } =
    [
        new("table", TableRenderer.Write),
        new("json", (to, reports) => ReportJson.Write(to.Writer, reports)),
        new("sarif", (to, reports) => SarifRenderer.Write(to.Writer, reports)),
        new("junit", (to, reports) => JunitRenderer.Write(to.Writer, reports)),
        new("gitlab", (to, reports) => GitlabRenderer.Write(to.Writer, reports)),
        new("github", (to, reports) => GithubRenderer.Write(to.Writer, reports)) { WriteSummary = GithubRenderer.WriteSummary },
        new("markdown", (to, reports) => MarkdownRenderer.Write(to.Writer, reports)),
        new("html", (to, reports) => HtmlRenderer.Write(to.Writer, reports)),
        new("csv", (to, reports) => CsvRenderer.Write(to.Writer, reports)),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(format => format.Name)];

    /// <param name="name">One of <see cref="Names"/>.</param>
    public static ReportFormat Of(string name) => All.First(format => format.Name == name);
}
