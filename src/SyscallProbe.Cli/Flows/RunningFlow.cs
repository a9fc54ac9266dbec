using SyscallProbe.Cli.Options;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Running;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a workload that runs already to a trace, which is never complete; the workload is not touched.</summary>
static class RunningFlow
{
    /// <summary>Finds the workload that --container or --pid names.</summary>
    /// <returns>Null where neither is given: then there is one to start.</returns>
    /// <exception cref="FailureException">It is not there, or what else is given needs one to start (<see cref="FailureCode.Usage"/>).</exception>
    public static RunningWorkload? Open(Settings settings)
    {
        var isContainer = settings.TryGet(WorkloadOptions.Container, out var name);
        var isProcess = settings.TryGet(WorkloadOptions.Pid, out var pid);
        if (!isContainer && !isProcess) return null;
        Check(settings, isContainer && isProcess, isContainer ? WorkloadOptions.Container : WorkloadOptions.Pid);
        if (isProcess) return RunningWorkload.Open(pid);
        var found = ContainerFinder.Find(name);
        return RunningWorkload.Open(found.Pid, found);
    }

    /// <exception cref="FailureException">It has gone, or may not be recorded.</exception>
    public static Recorded Run(RunningWorkload workload, Settings settings, CliHost host)
    {
        var healthArgv = settings.TryGet(WorkloadOptions.Health, out var health) ? CommandWords.Split(health, settings.OriginOf(WorkloadOptions.Health).ToString()) : [];
        using var recorder = Recorders.Open(settings.Get(WorkloadOptions.Recorder), settings.Has(WorkloadOptions.Stacks), out var why, late: true);
        if (why is not null) host.Note(why);
        // It serves already, for all that is known.
        recorder.SetPhase(Phase.Serving);
        recorder.Attach(workload.Processes);
        host.Note($"recording process {workload.Processes.Pid} and what belongs to it; Ctrl-C ends the recording");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var end = workload.Wait(healthArgv, settings.Get(WorkloadOptions.HealthTimeout), settings.TryGet(WorkloadOptions.Duration, out var duration) ? duration : null);
        foreach (var note in end.Notes) host.Note(note);

        var calls = recorder.Read();
        var isFiltered = calls.SeccompFilter || workload.HasFilter;
        var subject = new Subject(workload.Argv, workload.Image, BpfRecorder.HostAbi, HostKernel.Release) { Capabilities = workload.Capabilities };
        var evidence = new Evidence
        {
            Events = calls.Events,
            Lost = calls.Lost,
            ExitCode = calls.ExitCode,
            Signal = calls.Signal,
            Recorders = calls.Recorder is { } name ? [name] : [],
            Healthy = end.IsHealthy,
            Succeeded = Succeeded(end, calls),
            FromFirstInstruction = false,
            SeccompFilter = isFiltered,
            Reasons = calls.Reasons.Union(workload.Reasons(isFiltered)),
        };
        return new Recorded(new Traces.Trace([Guid.NewGuid()], [subject], evidence, calls.Observations), clock.Elapsed, end.IsInterrupted, CallsCutShort: 0, LastLines: [], IsTooLong: false);
    }

    // One that goes on has neither failed nor been seen to work.
    static bool? Succeeded(RunningEnd end, RecordedCalls calls) =>
        end.IsHealthy ?? (calls.ExitCode == 0 ? true : calls.ExitCode is not null || calls.Signal is not null ? false : null);

    static void Check(Settings settings, bool isBoth, OptionSpec running)
    {
        if (isBoth) throw new FailureException(new Failure(FailureCode.Usage, "a workload comes from one place", "--container and --pid", "give one of them"));
        if (!settings.Workload.IsEmpty) throw Failures.NeedsStart("a command", running, null);
        // A filter is put on before the first instruction or never.
        if (settings.Get(WorkloadOptions.Recorder) == RecorderChoice.PtraceSeccomp)
            throw Failures.NeedsStart($"{WorkloadOptions.Recorder.Long} ptrace-seccomp", running, settings.OriginOf(WorkloadOptions.Recorder));
        if (WorkloadOptions.NeedStart.FirstOrDefault(settings.IsGiven) is { } row) throw Failures.NeedsStart(row.Long, running, settings.OriginOf(row));
    }
}
