using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Recommend;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>assess TRACE...</c>.</summary>
sealed class AssessVerb : Verb
{
    public override string Name => "assess";

    public override string Summary => "judge recorded traces against targets";

    public override string Details =>
        "Reads traces that `record` or `check --trace-out` wrote, merges them when there are several, and says of each target whether the workload will run on it and what exactly breaks. "
        + "Nothing is run.";

    public override IReadOnlyList<string> Examples =>
        ["assess redis.trace.json", "assess --target gvisor@20221219.0 -f json a.json b.json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, OptionTable.Trust, OptionTable.FailOn, OptionTable.Format, OptionTable.Output];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override ArgumentSpec Argument => new("TRACE", 1, int.MaxValue, "trace files; - is standard input");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var targets = settings.Targets;
        using var result = ResultFile.Open(settings, host);
        // Whoever assesses a trace may sit far from the nodes: this machine's KVM says nothing.
        var report = AssessFlow.Run(TraceFiles.ReadMerged(settings.Arguments, host), targets, settings.Trust, new HostFacts(HasKvm: null));
        ReportFormats.Of(settings.Format).Write(result.Text, [report]);
        result.Complete();
        return ExitCodes.Of(report, settings.FailOn);
    }
}
