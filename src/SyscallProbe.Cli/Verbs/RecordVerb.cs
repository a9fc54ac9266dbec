using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>record -- CMD</c>.</summary>
sealed class RecordVerb : Verb
{
    public override string Name => "record";

    public override string Summary => "run a command under runc and record its calls";

    public override string Details =>
        "Runs the command in a container of the real runc, records every syscall from its first instruction on, and writes the trace: to --output, else to standard output, and then "
        + "what the command itself prints there goes to standard error. The container has Docker's default capabilities and no seccomp profile. "
        + "Ctrl-C ends the workload and keeps what was recorded.";

    public override IReadOnlyList<string> Examples =>
        ["record -o r.trace.json --health 'redis-cli ping' -- redis-server", "record -o ls.trace.json -- ls -l /"];

    public override IReadOnlyList<OptionSpec> Options => [.. WorkloadOptions.Rows, WorkloadOptions.Stacks, WorkloadOptions.Scan, OptionTable.Output];

    public override bool TakesWorkload => true;

    public override ExitCode Run(Settings settings, CliHost host)
    {
        using var planned = WorkloadPlans.Of(settings, host);
        var plan = planned.Plan;
        using var result = ResultFile.Open(settings, host);
        using var scan = RecordFlow.ScanOf(plan, settings);
        var trace = RecordFlow.Run(plan, settings.Get(WorkloadOptions.Recorder), settings.Has(WorkloadOptions.Stacks), settings.Get(WorkloadOptions.Runs), OutputConditions.Of(settings), host, scan).Trace;
        TraceFiles.Write(result, trace);
        result.Complete();
        host.Note($"{trace.Evidence.Events} calls, {trace.Kinds} kinds, {trace.Evidence.Lost} lost; evidence {trace.Evidence.Grade.Word()}");
        return ExitCode.Compatible;
    }
}
