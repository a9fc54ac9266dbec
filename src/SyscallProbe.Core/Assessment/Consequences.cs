using SyscallProbe.Guest;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Judges what the workload will feel of a divergence, from what the recording shows and what is known of callers.</summary>
static class Consequences
{
    // "Try again" is an answer of a call that works; a target that refuses the call outright takes something away.
    static readonly HashSet<string> s_transient = ["EAGAIN", "EINTR", "EINPROGRESS", "EALREADY", "ETIMEDOUT"];

    /// <param name="taken">What the recording shows of how the workload's programs take errors.</param>
    public static Consequence Of(Observation observed, Call call, Outcome outcome, TakenErrors taken)
    {
        var consequence = Of(observed, call, outcome);
        var isSoftened = consequence is Consequence.Blocking or Consequence.Unknown && outcome.Errno is { } errno && taken.Has(observed, errno);
        return isSoftened ? Consequence.Degraded : consequence;
    }

    static Consequence Of(Observation observed, Call call, Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Works => Consequence.Harmless,
        OutcomeKind.Fails when FailedAnyway(observed.Result) && !Vanishes(observed.Result, outcome) => Consequence.Harmless,
        OutcomeKind.Fails when GvisorPaths.IsPathRule(outcome.Rule) || outcome.Rule == GuestRules.PathNotInGuest => OptionalPaths.ConsequenceOf(call, outcome),
        // An answer that is an error takes as much away as a call that returns one.
        OutcomeKind.Fails or OutcomeKind.Differs when outcome.Errno is { } errno && Fallbacks.CallerThatTakes(call, errno, observed.Executables) is not null => Consequence.Harmless,
        // That there is no such call tells more than its refusal did.
        OutcomeKind.Fails when FailedAnyway(observed.Result) => Consequence.Unknown,
        // What informs or hints is asked for in passing: most callers go on without, and only a rehearsal shows one that does not.
        OutcomeKind.Fails or OutcomeKind.Differs when outcome.Errno is not null => Reliances.Of(call) is Reliance.Effect or Reliance.Lookup ? Consequence.Blocking : Consequence.Degraded,
        OutcomeKind.Ignored => Reliances.Of(call) == Reliance.Hint ? Consequence.Harmless : Consequence.Degraded,
        OutcomeKind.Differs => Consequence.Degraded,
        // It did without what it asked for; whether the target would give it is open.
        _ when FailedAnyway(observed.Result) => Consequence.Degraded,
        _ => Consequence.Unknown,
    };

    static bool Vanishes(Result observed, Outcome outcome) => outcome.Errno == Errno.ENOSYS && observed.Errno != Errno.ENOSYS;

    static bool FailedAnyway(Result result) => result.Errno is { } errno && !IsTransient(errno);

    /// <summary>Whether an error is an answer of a call that works.</summary>
    internal static bool IsTransient(Errno errno) => s_transient.Contains(errno.Name);
}
