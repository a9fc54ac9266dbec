using System.Collections.Immutable;

namespace SyscallProbe.Report;

/// <summary>How a workload took one target's outcomes when they were enforced on it under runc.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="Runs">Runs of the workload, the recorded one left out.</param>
/// <param name="Enforced">Findings that it met in them.</param>
/// <param name="NotEnforced">Findings that it could not be made to meet, so that their prediction stands.</param>
/// <param name="Output">The last lines that it wrote when it broke, as written; empty when it did not.</param>
public sealed record RehearsalReport(RehearsalResult Result, int Runs, int Enforced, ImmutableArray<NotEnforcedFinding> NotEnforced, ImmutableArray<string> Output);

/// <summary>A finding whose outcome runc's kernel could not be made to give.</summary>
/// <param name="Call">As reports write it.</param>
/// <param name="Reason">Why, a clause without a full stop.</param>
public sealed record NotEnforcedFinding(string Rule, string Call, string Reason);

/// <summary>What a rehearsal showed.</summary>
public enum RehearsalResult
{
    /// <summary>It did its work with all of them enforced.</summary>
    Passes,

    /// <summary>It broke; the blocking findings that are rehearsed are the ones that break it, and it did its work with all the others.</summary>
    Breaks,

    /// <summary>It broke, and it is not known by exactly which: the runs did not suffice, or the target may not do what breaks it.</summary>
    Unresolved,

    /// <summary>It now broke and now did not with the same enforced, or with nothing enforced, as where its input is used up: nothing can be said.</summary>
    Fickle,

    /// <summary>None of the findings can be enforced.</summary>
    Nothing,
}
