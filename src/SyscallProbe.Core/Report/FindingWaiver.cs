using System.Collections.Immutable;

namespace SyscallProbe.Report;

/// <summary>A policy's word on one finding.</summary>
/// <param name="Statement">Why it is accepted.</param>
/// <param name="Expires">The last day on which it is.</param>
/// <param name="IsExpired">Whether that day was past when the report was made: the finding counts.</param>
public sealed record FindingWaiver(string Statement, DateOnly Expires, bool IsExpired);

/// <summary>What became of a waiver.</summary>
public enum WaiverState
{
    /// <summary>Findings do not count because of it.</summary>
    Applied,

    /// <summary>Its day is past: the findings that it was for count.</summary>
    Expired,

    /// <summary>No finding that would count fits it: it can go.</summary>
    Stale,
}

/// <summary>A waiver of the policy with what it was used for.</summary>
/// <param name="Scope">The globs that it names, by key.</param>
/// <param name="Expires">The last day on which it holds.</param>
/// <param name="File">The policy, as messages name it.</param>
/// <param name="Line">1-based.</param>
/// <param name="Findings">How many it is for, over all targets.</param>
public sealed record WaiverUse(
    string Rule, ImmutableArray<KeyValuePair<string, string>> Scope, string Statement, DateOnly Expires, string File, int Line, WaiverState State, int Findings);
