using System.Text;
using System.Text.RegularExpressions;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a workload to a trace: made under runc, recorded from its first instruction, driven to its end.</summary>
static class RecordFlow
{
    /// <param name="choice">The recorder; each run has its own.</param>
    /// <param name="runs">How often it is run; the recordings are merged.</param>
    /// <param name="expect">What the output must match for the run to count as a success; null for anything.</param>
    /// <exception cref="FailureException">It could not be started or recorded; nothing is left behind.</exception>
    public static Trace Run(WorkloadPlan plan, RecorderChoice choice, int runs, Regex? expect, CliHost host)
    {
        var traces = new List<Trace>();
        // Asked to stop: the recordings so far are the result.
        for (var isInterrupted = false; traces.Count < runs && !isInterrupted;)
        {
            traces.Add(Once(plan with { CaptureOutput = expect is not null }, choice, expect, host, isFirst: traces.Count == 0, out isInterrupted));
        }
        return traces.Aggregate(TraceMerge.Merge);
    }

    static Trace Once(WorkloadPlan plan, RecorderChoice choice, Regex? expect, CliHost host, bool isFirst, out bool isInterrupted)
    {
        using var recorder = Recorders.Open(choice, out var why);
        if (isFirst && why is not null) host.Note(why);
        using var workload = Workload.Create(plan);
        if (isFirst) foreach (var note in workload.Notes) host.Note(note);
        recorder.Follow(workload.InitPid);
        workload.Start();
        var end = workload.Wait(recorder.SetPhase);
        isInterrupted = end.IsInterrupted;
        foreach (var note in end.Notes) host.Note(note);

        var calls = recorder.Read();
        var matched = expect is null || expect.IsMatch(Encoding.UTF8.GetString(workload.Output.Span)) || expect.IsMatch(Encoding.UTF8.GetString(workload.ErrorOutput.Span));
        var subject = new Subject(workload.Argv, null, BpfRecorder.HostAbi, HostKernel.Release)
        {
            Capabilities = workload.Capabilities,
        };
        return new Trace([Guid.NewGuid()], [subject], EvidenceOf(calls, end, matched), calls.Observations);
    }

    static Evidence EvidenceOf(RecordedCalls calls, WorkloadEnd end, bool matched) => new()
    {
        Events = calls.Events,
        Lost = calls.Lost,
        ExitCode = end.ExitCode,
        Signal = end.Signal,
        Healthy = end.IsHealthy,
        Succeeded = !matched ? false : Succeeded(end),
        FromFirstInstruction = true,
        Reasons = calls.Reasons,
    };

    // Our own signal is no failure, and no success either: without a health check nobody has seen that it worked.
    static bool? Succeeded(WorkloadEnd end) => end.IsHealthy ?? (end.ExitCode == 0 ? true : end.IsStoppedByUs ? null : false);
}
