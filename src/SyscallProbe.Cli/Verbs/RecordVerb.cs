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
        + "Ctrl-C ends the workload and keeps what was recorded.\n\n"
        + "With --container or --pid it records what runs already, and Ctrl-C ends the recording alone.";

    public override IReadOnlyList<string> Examples =>
        ["record -o r.trace.json --health 'redis-cli ping' -- redis-server", "record -o ls.trace.json -- ls -l /", "record -o r.trace.json --container redis --duration 30s"];

    public override IReadOnlyList<OptionSpec> Options => [.. WorkloadOptions.Running, .. WorkloadOptions.Rows, WorkloadOptions.Stacks, WorkloadOptions.Scan, OptionTable.Output];

    public override bool TakesWorkload => true;

    public override ExitCode Run(Settings settings, CliHost host)
    {
        using var running = RunningFlow.Open(settings);
        using var planned = running is null ? WorkloadPlans.Of(settings, host) : null;
        using var result = ResultFile.Open(settings, host);
        var trace = RecordFlow.Run(running, planned?.Plan, settings, OutputConditions.Of(settings), host).Trace;
        TraceFiles.Write(result, trace);
        result.Complete();
        host.Note($"{trace.Evidence.Events} calls, {trace.Kinds} kinds, {trace.Evidence.Lost} lost; evidence {trace.Evidence.Grade.Word()}");
        return ExitCode.Compatible;
    }
}
