using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>An observation whose outcome under the target is not what the recorded runtime gave.</summary>
static class Divergence
{
    /// <summary>Whether a call that gave <paramref name="observed"/> goes otherwise where it has <paramref name="outcome"/>.</summary>
    /// <remarks>
    /// An outcome that works gives what Linux gives, errors included. One that is ignored or differs goes otherwise only if the call
    /// succeeded: an error comes from a check on the arguments that the target makes as well, or the rule says which errno it returns.
    /// </remarks>
    public static bool Exists(Result observed, Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Works => false,
        OutcomeKind.Fails => observed.Errno != outcome.Errno,
        OutcomeKind.Ignored or OutcomeKind.Differs => observed.Errno is null,
        _ => true,
    };
}
