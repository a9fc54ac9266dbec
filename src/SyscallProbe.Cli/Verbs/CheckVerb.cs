using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Recommend;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>check -- CMD</c>: the main job.</summary>
sealed class CheckVerb : Verb
{
    public override string Name => "check";

    public override string Summary => "say whether a command will run in a sandbox";

    public override string Details =>
        "Runs the command under the real runc, records every syscall from its first instruction on, predicts what each target does with each of them, and recommends one runtime: "
        + "the verdict, what exactly breaks, how sure that is, and what to do.\n\n"
        + "A server needs --health to show that it worked: without a health check or an exit status of 0 no verdict is positive. "
        + "What the command prints to standard output goes to standard error, unless --output takes the report.";

    public override IReadOnlyList<string> Examples =>
    [
        "check -- python3 -c 'print(1)'",
        "check --health 'redis-cli ping' --duration 5s -- redis-server",
        "check --target gvisor@release-20221219.0 -f json -o r.json -- ls",
    ];

    public override IReadOnlyList<OptionSpec> Options =>
        [OptionTable.Target, .. WorkloadOptions.Rows, OptionTable.Trust, OptionTable.FailOn, OptionTable.Format, OptionTable.Output, WorkloadOptions.TraceOut];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override bool TakesWorkload => true;

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var targets = settings.Targets;
        var plan = WorkloadPlans.Of(settings, host);
        using var result = ResultFile.Open(settings, host);
        using var traceFile = settings.TryGet(WorkloadOptions.TraceOut, out var path) ? ResultFile.Open(path, WorkloadOptions.TraceOut.Long, host) : null;

        var trace = RecordFlow.Run(plan, settings.Get(WorkloadOptions.Recorder), settings.Get(WorkloadOptions.Runs), settings.TryGet(WorkloadOptions.Expect, out var expect) ? expect : null, host);
        if (traceFile is not null)
        {
            TraceFiles.Write(traceFile, trace);
            traceFile.Complete();
        }
        var report = AssessFlow.Run(trace, targets, settings.Trust, new HostFacts(HasKvm()));
        ReportFormats.Of(settings.Format).Write(result.Text, [report]);
        result.Complete();
        return ExitCodes.Of(report, settings.FailOn);
    }

    // The node is there on machines whose processor or hypervisor offers nothing behind it.
    static bool HasKvm()
    {
        try
        {
            using var kvm = File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
