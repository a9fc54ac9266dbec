namespace SyscallProbe.Rules;

/// <summary>Whether a path exists in the sandbox of a release.</summary>
public enum PathPresence
{
    /// <summary>Outside of /proc, /sys and /dev, behind a link that leads out of them, or a release that was not studied.</summary>
    Unknown,

    /// <summary>It exists.</summary>
    Present,

    /// <summary>It does not: opening it gives ENOENT.</summary>
    Absent,

    /// <summary>It exists under a condition that is no runsc flag, such as an annotation.</summary>
    Conditional,
}

/// <summary>What is in a file of the sandbox.</summary>
public enum PathContent
{
    /// <summary>The sandbox's own state.</summary>
    Real,

    /// <summary>The same text always, whatever the program does.</summary>
    Constant,

    /// <summary>Nothing: an empty file, or a directory without entries.</summary>
    Empty,

    /// <summary>The sandbox's own state, and writing changes it.</summary>
    Writable,

    /// <summary>A device node without a driver: opening it gives ENXIO.</summary>
    Dead,
}

/// <summary>A row of <c>data/gvisor/paths.csv</c>.</summary>
/// <param name="Pattern">A path, or a glob as in <see cref="PathPattern"/>.</param>
/// <param name="Kind"><c>file</c>, <c>dir</c>, <c>link</c>, <c>device</c>, <c>any</c>, or <c>absent</c> where a wider pattern would say otherwise.</param>
/// <param name="Mode">Permission bits in octal, <c>0444</c>; null where the specification decides.</param>
/// <param name="Target">Where a link leads within /proc, /sys and /dev; null when elsewhere or no link.</param>
/// <param name="Condition">Flag terms as in the rule table's <c>configuration</c>, or one word for what no flag decides; null when always there.</param>
/// <param name="Note">What a program may stumble over; null when nothing.</param>
/// <param name="Source"><c>path:symbol</c> in google/gvisor.</param>
public sealed record PathFact(
    string Pattern, string Kind, string? Mode, PathContent Content, string? Target, string? Condition, string? Note, string Source)
{
    /// <summary>The condition where flags decide it; null otherwise.</summary>
    internal FlagTerms? Flags { get; } = Condition?.Contains('=', StringComparison.Ordinal) == true ? new FlagTerms(Condition) : null;
}

/// <summary>What one release has at a path.</summary>
/// <param name="Fact">The row that says so. Null when nothing is known, and of an absent path that no row names; of one that another configuration would have, the row with that condition.</param>
/// <param name="Source">Where that stands, <c>path:symbol</c>: the row's, or that of the folder which does not list the path; null when nothing is known.</param>
public readonly record struct PathAnswer(PathPresence Presence, PathFact? Fact, string? Source);
