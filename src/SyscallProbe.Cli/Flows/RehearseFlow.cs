using SyscallProbe.Assessment;
using SyscallProbe.Recording;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Rehearsal;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a report to a better one: the workload runs again under runc, made to meet the target's outcomes.</summary>
/// <param name="recorder">As for the recording.</param>
/// <param name="conditions">As for the recording.</param>
/// <param name="normalTime">How long the recorded run took: a rehearsal that hangs is given up after a multiple of it.</param>
sealed class RehearseFlow(WorkloadPlan plan, RecorderChoice recorder, OutputConditions conditions, int repetitions, TimeSpan normalTime, CliHost host)
{
    readonly TimeSpan _limit = RecordFlow.LimitOf(plan, normalTime, 3, TimeSpan.FromSeconds(20));

    /// <summary>Whether a rehearsal can say something: there is a finding, and the workload works under runc.</summary>
    /// <remarks>Harmless ones too: that most callers fall back does not say that this one does.</remarks>
    public static bool IsWorthwhile(TargetReport target, Trace trace) => trace.Evidence.Succeeded == true && !target.Findings.IsEmpty;

    /// <returns>What was predicted, with a warning, where the workload could not be run that way.</returns>
    public TargetReport Run(TargetReport predicted, Target target, Trace trace)
    {
        var arch = trace.Subjects[0].Arch;
        var model = TargetModels.Of(target, arch);
        host.Note($"rehearsing {predicted.Target}: at most {(Rehearser.MostTrials + 4) * repetitions} runs"
            + (_limit == Timeout.InfiniteTimeSpan ? "" : $" of at most {_limit.TotalSeconds:0} s each"));
        var rehearser = new Rehearser(new PlanMaker(model, arch, trace.Capabilities), seen => Assessor.Assess(seen, model, FindingTexts.RemedyOf), Once, repetitions,
            model.StrippedCapabilities & trace.Capabilities, text => host.Note($"rehearsal: {text}"));
        try
        {
            return rehearser.Run(predicted, trace);
        }
        catch (FailureException failure)
        {
            // What was recorded and predicted is not lost by it.
            host.Warning($"it could not be rehearsed, so the prediction stands: {failure.Failure.What}");
            return predicted;
        }
    }

    RehearsalRun Once(EnforcementPlan enforcement)
    {
        var once = RecordFlow.Once(plan with { Enforcement = enforcement, CaptureOutput = true, IsSilent = true }, recorder, stacks: false, conditions, host, withNotes: false, _limit).Whole();
        return new RehearsalRun(once.Trace.Evidence.Succeeded == true, once.Trace, once.LastLines, IsDisturbed: once.CallsCutShort > 0);
    }
}
