using System.Text;
using SyscallProbe.Cli.Options;
using SyscallProbe.Recommend;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Output;

/// <summary>Writes reports in the format asked for, and beside them the summary of a CI job's step where there is one.</summary>
static class ReportOutput
{
    /// <summary>Names the file that a step of GitHub Actions appends Markdown to.</summary>
    const string SummaryVariable = "GITHUB_STEP_SUMMARY";

    /// <summary>Writes to the result; the file is not complete by that.</summary>
    public static void Write(ResultFile result, IReadOnlyList<CheckReport> reports, Settings settings, CliHost host)
    {
        var format = ReportFormats.Of(settings.Format);
        if (settings.Has(OptionTable.Compare))
        {
            if (settings.Format == ReportFormats.Names[0]) ComparisonTable.Write(result.Text, reports);
            else host.Note($"--compare belongs to the format {ReportFormats.Names[0]} and is left out");
        }
        format.Write(result.Text with { ShowsWaived = settings.Has(OptionTable.ShowWaived) }, reports);
        if (format.WriteSummary is not { } write) return;
        if (host.Environment.GetValueOrDefault(SummaryVariable, "") is { Length: > 0 } path) Append(path, reports, write, host);
        else host.Note($"{SummaryVariable} names no file, so no summary is written; -f markdown writes it");
    }

    // The verdict is known and its exit code matters more: what goes wrong here is told and no more.
    static void Append(string path, IReadOnlyList<CheckReport> reports, Action<TextWriter, IReadOnlyList<CheckReport>, int> write, CliHost host)
    {
        try
        {
            using var file = new FileStream(Path.GetFullPath(path, host.WorkingDirectory), FileMode.Append, FileAccess.Write);
            using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            write(text, reports, (int)Math.Max(GithubRenderer.MostSummaryBytes - file.Length, 0));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            host.Warning($"cannot append to the step's summary {Failures.Quoted(path)}: {wrong.Message.TrimEnd('.')}");
        }
    }
}
