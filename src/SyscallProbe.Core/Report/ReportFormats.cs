namespace SyscallProbe.Report;

/// <summary>A way to write reports: one of the values of <c>--format</c>.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Write">Writes one report, or several after each other; the same reports give the same bytes.</param>
public sealed record ReportFormat(string Name, Action<TextOutput, IReadOnlyList<CheckReport>> Write);

/// <summary>Every renderer of reports, the default first.</summary>
public static class ReportFormats
{
    public static IReadOnlyList<ReportFormat> All { get; } =
    [
        new("table", TableRenderer.Write),
        new("json", (to, reports) => ReportJson.Write(to.Writer, reports)),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(format => format.Name)];

    /// <param name="name">One of <see cref="Names"/>.</param>
    public static ReportFormat Of(string name) => All.First(format => format.Name == name);
}
