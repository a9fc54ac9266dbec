using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using SyscallProbe.Cli.Options;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Running;
using SyscallProbe.Recording.Scan;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Flows;

/// <summary>What came of running a workload.</summary>
/// <param name="Time">From its start to its end; of several runs the longest.</param>
/// <param name="IsInterrupted">Whether it ended because the tool was told to.</param>
/// <param name="CallsCutShort">Calls under enforcement that a signal ended before they had their answer.</param>
/// <param name="LastLines">The end of its error output, or of its output where it wrote no error; empty where the output is not captured.</param>
/// <param name="IsTooLong">Whether it was stopped because its time was over.</param>
sealed record Recorded(Traces.Trace Trace, TimeSpan Time, bool IsInterrupted, int CallsCutShort, ImmutableArray<string> LastLines, bool IsTooLong)
{
    /// <summary>For what makes no sense of half a run.</summary>
    /// <exception cref="FailureException">It was interrupted.</exception>
    public Recorded Whole() => IsInterrupted ? throw new FailureException(new Failure(FailureCode.RecordingFailed, "it was interrupted")) : this;
}

/// <summary>From a workload to a trace: made under runc, recorded from its first instruction, driven to its end.</summary>
static class RecordFlow
{
    // Enough to see what it complained of; a line is what a person reads at once.
    const int MostLastLines = 5, LongestLine = 300;

    /// <summary>Records what the settings name: a workload that runs already, or else the one that is planned.</summary>
    /// <exception cref="FailureException">It could not be started or recorded.</exception>
    public static Recorded Run(RunningWorkload? running, WorkloadPlan? plan, Settings settings, OutputConditions conditions, CliHost host)
    {
        if (running is not null) return RunningFlow.Run(running, settings, host);
        using var scan = ScanOf(plan!, settings);
        return Run(plan!, settings.Get(WorkloadOptions.Recorder), settings.Has(WorkloadOptions.Stacks), settings.Get(WorkloadOptions.Runs), conditions, host, scan);
    }

    /// <param name="choice">The recorder; each run has its own.</param>
    /// <param name="stacks">Whether call stacks are taken.</param>
    /// <param name="runs">How often it is run; the recordings are merged.</param>
    /// <param name="conditions">What the output must be like for the run to count as a success.</param>
    /// <param name="scan">Gets to know the workload's files, and scans them in the end; null for no scan.</param>
    /// <exception cref="FailureException">It could not be started or recorded; nothing is left behind.</exception>
    public static Recorded Run(WorkloadPlan plan, RecorderChoice choice, bool stacks, int runs, OutputConditions conditions, CliHost host, CodeScan? scan = null)
    {
        var recorded = new List<Recorded>();
        // Asked to stop: the recordings so far are the result.
        while (recorded.Count < runs && !recorded.Any(run => run.IsInterrupted))
        {
            recorded.Add(Once(plan with { CaptureOutput = conditions.Any || plan.CaptureOutput }, choice, stacks, conditions, host, withNotes: recorded.Count == 0, Timeout.InfiniteTimeSpan, scan, watchesTime: true));
        }
        var whole = recorded.Aggregate((all, next) => next with { Trace = TraceMerge.Merge(all.Trace, next.Trace), Time = all.Time > next.Time ? all.Time : next.Time });
        return scan is null ? whole : whole with { Trace = WithCode(whole.Trace, scan) };
    }

    // The caller disposes of it.
    static CodeScan? ScanOf(WorkloadPlan plan, Settings settings) => settings.Get(WorkloadOptions.Scan) == ScanMode.None ? null : new CodeScan(plan.Source);

    static Traces.Trace WithCode(Traces.Trace trace, CodeScan scan)
    {
        var found = scan.Run(trace.Observations.SelectMany(observation => observation.Executables).Distinct());
        return trace with { Mappings = found.Mappings, Latent = LatentCall.Normalised(found.Calls, trace.Observations) };
    }

    /// <summary>Runs it once.</summary>
    /// <param name="limit">After which it is stopped and has failed; infinite for none.</param>
    /// <param name="scan">Gets to know the workload's files; null for none.</param>
    /// <param name="watchesTime">Whether it is noted when kinds of call first appear.</param>
    public static Recorded Once(WorkloadPlan plan, RecorderChoice choice, bool stacks, OutputConditions conditions, CliHost host, bool withNotes, TimeSpan limit,
        CodeScan? scan = null, bool watchesTime = false)
    {
        using var opened = Recorders.Open(choice, stacks, out var why);
        // A look in between would take apart the stacks that have come so far.
        using var watching = watchesTime && !stacks ? new SaturationRecorder(opened) : null;
        var recorder = watching ?? (IRecorder)opened;
        if (withNotes && why is not null) host.Note(why);
        return Drive(plan with { ShowsStacks = recorder.TakesStacks }, recorder, workload =>
        {
            recorder.Follow(workload.InitPid);
            scan?.Watch(workload.InitPid);
        }, conditions, host, withNotes, limit);
    }

    /// <summary>How long a run may take that is the workload once more in harder conditions; for ever where it is ended by us.</summary>
    /// <param name="normalTime">What it took the first time.</param>
    public static TimeSpan LimitOf(WorkloadPlan plan, TimeSpan normalTime, int factor, TimeSpan patience) =>
        plan.Duration is null && plan.HealthArgv.IsEmpty ? factor * normalTime + patience : Timeout.InfiniteTimeSpan;

    /// <summary>As <see cref="Once"/>, with a recorder that is there.</summary>
    /// <param name="follow">Makes it follow the workload, which waits.</param>
    public static Recorded Drive(WorkloadPlan plan, IRecorder recorder, Action<Workload> follow, OutputConditions conditions, CliHost host, bool withNotes, TimeSpan limit)
    {
        using var workload = Workload.Create(plan);
        if (withNotes) foreach (var note in workload.Notes) host.Note(note);
        follow(workload);
        using var patience = new CancellationTokenSource(limit);
        var clock = Stopwatch.StartNew();
        workload.Start();
        var end = workload.Wait(recorder.SetPhase, patience.Token);
        var isTooLong = patience.IsCancellationRequested;
        if (!plan.IsSilent) foreach (var note in end.Notes) host.Note(note);

        var calls = recorder.Read();
        if (calls.MissingStacks is { } missing) host.Note(missing);
        var (output, error) = (Encoding.UTF8.GetString(workload.Output.Span), Encoding.UTF8.GetString(workload.ErrorOutput.Span));
        var matched = !isTooLong && conditions.Hold(output, error);
        var subject = new Subject(workload.Argv, plan.Image, BpfRecorder.HostAbi, HostKernel.Release)
        {
            Capabilities = workload.Capabilities,
        };
        var trace = new Traces.Trace([Guid.NewGuid()], [subject], EvidenceOf(plan, calls, end, matched), calls.Observations);
        return new Recorded(trace, clock.Elapsed, end.IsInterrupted && !isTooLong, workload.CallsCutShort, LastLines(string.IsNullOrWhiteSpace(error) ? output : error), isTooLong);
    }

    static ImmutableArray<string> LastLines(string text) =>
        [.. text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).TakeLast(MostLastLines).Select(line => line.Length > LongestLine ? line[..LongestLine] : line)];

    static Evidence EvidenceOf(WorkloadPlan plan, RecordedCalls calls, WorkloadEnd end, bool matched) => new()
    {
        Events = calls.Events,
        Lost = calls.Lost,
        ExitCode = end.ExitCode,
        Signal = end.Signal,
        Healthy = end.IsHealthy,
        Succeeded = !matched ? false : Succeeded(end),
        FromFirstInstruction = true,
        LastNewKind = calls.LastNewKind,
        LateKinds = calls.LateKinds,
        SeccompFilter = calls.SeccompFilter,
        Recorders = calls.Recorder is { } name ? [name] : [],
        Reasons = plan.WithoutContainer is { } why ? calls.Reasons.Add($"the command ran on the host itself, with its files, processes and network, as no container could be made: {why}") : calls.Reasons,
    };

    // Our own signal is no failure, and no success either: without a health check nobody has seen that it worked.
    static bool? Succeeded(WorkloadEnd end) => end.IsHealthy ?? (end.ExitCode == 0 ? true : end.IsStoppedByUs ? null : false);
}
