using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Recommend;
using SyscallProbe.Report;

namespace SyscallProbe.Cli.Flows;

/// <summary>From the options to a report: record, assess, rehearse where asked, recommend.</summary>
static class CheckFlow
{
    public static ExitCode Run(Settings settings, CliHost host, bool rehearses)
    {
        var targets = settings.Targets;
        // Read before the workload runs, so that a mistake in it costs no recording.
        var pod = settings.TryGet(OptionTable.Pod, out var manifest) ? PodFlow.Single(PodFlow.Read(manifest, host)) : null;
        var gate = GateFlow.Of(settings, targets, host);
        using var running = RunningFlow.Open(settings);
        using var planned = running is null ? WorkloadPlans.Of(settings, host) : null;
        using var result = ResultFile.Open(settings, host);
        using var traceFile = settings.TryGet(WorkloadOptions.TraceOut, out var path) ? ResultFile.Open(path, WorkloadOptions.TraceOut.Long, host) : null;
        var runs = settings.Get(WorkloadOptions.Runs);
        var conditions = OutputConditions.Of(settings);

        var recorded = RecordFlow.Run(running, planned?.Plan, settings, conditions, host);
        var trace = recorded.Trace;
        if (traceFile is not null)
        {
            TraceFiles.Write(traceFile, trace);
            traceFile.Complete();
        }
        try
        {
            var flow = planned is null ? null : new RehearseFlow(planned.Plan, settings.Get(WorkloadOptions.Recorder), conditions, runs, recorded.Time, host);
            var report = AssessFlow.Run(trace, targets, settings.Trust, HostFacts(), settings.Get(WorkloadOptions.Scan), gate.Judge,
                (predicted, target) => flow is not null && rehearses && !recorded.IsInterrupted && RehearseFlow.IsWorthwhile(predicted, trace) ? flow.Run(predicted, target, trace) : predicted);
            if (pod is not null) report = PodFlow.Run(pod, PodFlow.OfDefaultContainer(pod, report), targets, settings.Trust, HostFacts(), gate.Judge);
            return gate.Finish(result, [report]);
        }
        catch when (traceFile is null)
        {
            TraceFiles.Keep(trace, host);
            throw;
        }
    }

    /// <summary>What the recommendation has to know of this machine.</summary>
    public static HostFacts HostFacts() => new(HasKvm());

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
