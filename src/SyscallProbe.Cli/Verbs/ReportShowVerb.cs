using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>report show</c>.</summary>
sealed class ReportShowVerb : Verb
{
    public override string Name => "report show";

    public override string Summary => "a saved report in another format";

    public override string Details => "Reads reports that `check` or `assess` saved with -f json and writes them in the format asked for. It judges nothing: the exit code is 0 whatever the verdict.";

    public override IReadOnlyList<string> Examples => ["report show report.json", "report show report.json --format html -o report.html"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Format, OptionTable.Output, OptionTable.Compare, OptionTable.ShowWaived];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override ArgumentSpec Argument => new("REPORT", 1, int.MaxValue, "files written with -f json; - is standard input");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        CheckReport[] reports = [.. settings.Arguments.SelectMany(path => ReportJson.Read(InputFile.Read(path, host), InputFile.NameOf(path)))];
        using var result = ResultFile.Open(settings, host);
        ReportOutput.Write(result, reports, settings, host);
        result.Complete();
        return ExitCode.Compatible;
    }
}
