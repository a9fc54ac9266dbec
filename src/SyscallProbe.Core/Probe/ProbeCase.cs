using SyscallProbe.Rules;

namespace SyscallProbe.Probe;

/// <summary>One call that one rule decides, ready to be made in a sandbox.</summary>
/// <param name="Id">Unique within a plan, without spaces.</param>
/// <param name="Rule">The rule's row, as <c>data/gvisor/rules/ioctl.csv:12</c>.</param>
/// <param name="Query">As <c>matrix lookup</c> is asked.</param>
/// <param name="Target">With the flags that the sandbox must have.</param>
/// <param name="Capabilities">What the caller has, by number; the container needs all of them.</param>
/// <param name="Predicted">What the matrix says.</param>
/// <param name="Script">The steps for <c>probe.c</c>.</param>
public sealed record ProbeCase(string Id, string Rule, string Query, Target Target, ulong Capabilities, Outcome Predicted, string Script)
{
    /// <summary>The flags that are not as in every case, as <c>net-raw=true</c>; empty for most.</summary>
    public string Configuration =>
        string.Join(' ', Target.Configuration.Where(flag => !ProbePlan.BaseConfiguration.Contains(flag)).Select(flag => $"{flag.Key}={flag.Value}"));

    /// <summary>Whether an outcome is the predicted one: an errno for an errno, success for whatever returns success.</summary>
    /// <returns>Null where nothing is predicted, or nothing was measured.</returns>
    public bool? AgreesWith(ProbeOutcome outcome) =>
        Predicted.Kind is OutcomeKind.Unknown or OutcomeKind.Conditional || !outcome.IsMeasured ? null
        : Predicted.Kind == OutcomeKind.Fails ? outcome.Errno == Predicted.Errno
        : outcome.IsSuccess;
}

/// <summary>A rule of the release of which no call is made.</summary>
/// <param name="Rule">As in <see cref="ProbeCase.Rule"/>.</param>
/// <param name="Reason">Why not, for people.</param>
public sealed record UnprobedRule(string Rule, string Syscall, string Reason);
