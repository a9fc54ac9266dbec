using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>What one target does with a call, and what the workload feels of it.</summary>
/// <param name="Consequence">Null where the call goes as it was recorded.</param>
public sealed record FeltOutcome(Outcome Outcome, Consequence? Consequence);

/// <summary>A call that two targets treat otherwise.</summary>
public sealed record OutcomeChange(Observation Observation, FeltOutcome From, FeltOutcome To);

/// <summary>What a change of target means for a workload.</summary>
/// <param name="Changes">Each kind of call once, in the order of the trace, whatever its phase.</param>
public sealed record OutcomeDiff(Verdict From, Verdict To, ImmutableArray<OutcomeChange> Changes)
{
    /// <summary>Compares two targets on the calls of one trace.</summary>
    /// <remarks>A refusal with the same errno and another reason is no change; an effect of another rule is one.</remarks>
    public static OutcomeDiff Of(Trace trace, ITargetModel before, ITargetModel after)
    {
        var taken = TakenErrors.Of(trace);
        var changes = from observation in trace.Observations
                      where observation.Phase != Phase.Init
                      let change = new OutcomeChange(observation, OutcomeOf(observation, trace, before, taken), OutcomeOf(observation, trace, after, taken))
                      where Key(change.From) != Key(change.To)
                      select change;
        return new OutcomeDiff(Assessor.Assess(trace, before, rule => rule).Verdict, Assessor.Assess(trace, after, rule => rule).Verdict,
            [.. changes.DistinctBy(change => (CallKey.Of(change.Observation), change.Observation.Result))]);
    }

    static FeltOutcome OutcomeOf(Observation observation, Trace trace, ITargetModel model, TakenErrors taken)
    {
        var call = Call.Of(observation, trace.Capabilities);
        var prediction = model.Predict(call);
        return Assessor.Worst(observation, call, prediction, taken) is var (outcome, consequence) ? new FeltOutcome(outcome, consequence) : new FeltOutcome(prediction.Single, null);
    }

    static (OutcomeKind, Errno?, string?, Consequence?) Key(FeltOutcome felt) =>
        (felt.Outcome.Kind, felt.Outcome.Errno, felt.Outcome.Kind is OutcomeKind.Ignored or OutcomeKind.Differs ? felt.Outcome.Rule : null, felt.Consequence);
}
