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

    public static Consequence Of(Observation observed, Call call, Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Works => Consequence.Harmless,
        OutcomeKind.Fails when FailedAnyway(observed.Result) => Consequence.Harmless,
        OutcomeKind.Fails when GvisorPaths.IsPathRule(outcome.Rule) || outcome.Rule == GuestRules.PathNotInGuest => OptionalPaths.ConsequenceOf(call, outcome),
        // An answer that is an error takes as much away as a call that returns one.
        OutcomeKind.Fails or OutcomeKind.Differs when outcome.Errno is { } errno && Fallbacks.CallerThatTakes(call, errno, observed.Executables) is not null => Consequence.Harmless,
        // What informs or hints is asked for in passing: most callers go on without, and only a rehearsal shows one that does not.
        OutcomeKind.Fails or OutcomeKind.Differs when outcome.Errno is not null => Reliances.Of(call) == Reliance.Effect ? Consequence.Blocking : Consequence.Degraded,
        OutcomeKind.Ignored => Reliances.Of(call) == Reliance.Hint ? Consequence.Harmless : Consequence.Degraded,
        OutcomeKind.Differs => Consequence.Degraded,
        _ => Consequence.Unknown,
    };

    static bool FailedAnyway(Result result) => result.Errno is { } errno && !s_transient.Contains(errno.Name);
}
