namespace SyscallProbe.Rules;

/// <summary>What a target does with a call.</summary>
public enum OutcomeKind
{
    /// <summary>As on Linux.</summary>
    Works,

    /// <summary>Returns an errno.</summary>
    Fails,

    /// <summary>Returns success and does nothing.</summary>
    Ignored,

    /// <summary>Works otherwise than on Linux; the effect says how.</summary>
    Differs,

    /// <summary>Depends on a flag, device, capability or kind of file that is not known; the condition says on what.</summary>
    Conditional,

    /// <summary>Not studied for that release, or not decidable from what was recorded.</summary>
    Unknown,
}

/// <summary>The predicted outcome of one call under one target.</summary>
/// <param name="Errno">
/// With <see cref="OutcomeKind.Fails"/> what the call returns; with <see cref="OutcomeKind.Differs"/> the error that the call itself does not return but its answer holds, where there
/// is one, as the reply to a netlink message; else null.
/// </param>
/// <param name="Condition">What the outcome hangs on, as <c>flag=value</c>, <c>cap=+NAME</c> or <c>fd=kind</c>; with <c>Fails</c>: what would make it work. Null when nothing.</param>
/// <param name="Effect">How it differs, or what is not done; null when there is nothing to say.</param>
/// <param name="Rule">Id of the finding, <c>GVnnnn</c> or <c>KTnnnn</c>; null when the call simply works.</param>
/// <param name="Source">Where the fact stands: <c>path:symbol</c> in the runtime's own source. Null only for <c>Unknown</c>.</param>
public sealed record Outcome(
    OutcomeKind Kind, Errno? Errno = null, string? Condition = null, string? Effect = null, string? Rule = null, string? Source = null);
