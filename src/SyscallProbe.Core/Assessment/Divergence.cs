using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>An observation whose outcome under the target is not what the recorded runtime gave.</summary>
static class Divergence
{
    // A descriptor that is not open is none anywhere, whatever the call would do with one.
    static readonly Errno s_notOpen = new(9); // EBADF, include/uapi/asm-generic/errno-base.h

    /// <summary>Whether a call that gave <paramref name="observed"/> goes otherwise where it has <paramref name="outcome"/>.</summary>
    /// <remarks>
    /// An outcome that works gives what Linux gives, errors included. One that is ignored or differs goes otherwise only if the call
    /// succeeded: an error comes from a check on the arguments that the target makes as well, or the rule says which errno it returns.
    /// </remarks>
    public static bool Exists(Result observed, Outcome outcome) => observed.Errno != s_notOpen && outcome.Kind switch
    {
        OutcomeKind.Works => false,
        OutcomeKind.Fails => observed.Errno != outcome.Errno,
        OutcomeKind.Ignored or OutcomeKind.Differs => observed.Errno is null,
        _ => true,
    };
}
