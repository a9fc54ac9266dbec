using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>report diff BEFORE AFTER</c>.</summary>
sealed class ReportDiffVerb : Verb
{
    public override string Name => "report diff";

    public override string Summary => "what changed between two reports";

    public override string Details =>
        "Prints for each target the verdicts and the findings that only one of two reports has or that are otherwise, as after an upgrade of the image, of gVisor or of Kata. "
        + "Targets of one name are compared, then those of one runtime. How often a call was made and in which phase is not compared: it differs from run to run.";

    public override IReadOnlyList<string> Examples => ["report diff old.json new.json", "report diff --exit-code -f json old.json new.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.ExitCode, OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("REPORT", 2, 2, "the report before and the report after, written with -f json");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var changes = ReportDiff.Of(Single(settings.Arguments[0], host), Single(settings.Arguments[1], host));
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") ReportDiffTable.WriteJson(result.Writer, changes);
        else ReportDiffTable.Write(result.Text, changes);
        result.Complete();
        return settings.Has(OptionTable.ExitCode) && changes.Any(change => change.IsDifference) ? ExitCode.Incompatible : ExitCode.Compatible;
    }

    static CheckReport Single(string path, CliHost host)
    {
        var name = InputFile.NameOf(path);
        return ReportJson.Read(InputFile.Read(path, host), name) is [var report] ? report
            : throw new FailureException(new Failure(FailureCode.BadInput, "expected the report of one workload, found several or none", name, "compare the workloads one by one"));
    }
}
