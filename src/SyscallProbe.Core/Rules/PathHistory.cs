using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>All that is known of one path over the releases: made once by <see cref="GvisorPaths.Of"/>, asked per release without allocating.</summary>
public sealed class PathHistory
{
    readonly (PathFact Fact, Release Since, Release Until)[] _rows;
    readonly Release? _studiedSince;
    readonly bool _leavesByLink;

    internal PathHistory((PathFact Fact, Release Since, Release Until)[] rows, Release? studiedSince, bool leavesByLink) =>
        (_rows, _studiedSince, _leavesByLink) = (rows, studiedSince, leavesByLink);

    /// <summary>What is there at a release.</summary>
    /// <param name="valueOf">The value of a runsc flag, null for one that the release lacks; without it the release's defaults.</param>
    public PathAnswer At(Release release, Func<string, string?>? valueOf = null)
    {
        if (_studiedSince is not { } first || release < first) return new PathAnswer(PathPresence.Unknown, null);
        PathFact? conditional = null, missed = null;
        foreach (var (fact, since, until) in _rows)
        {
            if (release < since || until < release) continue;
            if (fact.Kind == "absent") return new PathAnswer(PathPresence.Absent, fact);
            switch (fact.Condition is null ? true : Holds(fact.Condition, release, valueOf))
            {
                case true: return new PathAnswer(PathPresence.Present, fact);
                case null: conditional ??= fact; break;
                case false: missed ??= fact; break;
            }
        }
        if (conditional is not null) return new PathAnswer(PathPresence.Conditional, conditional);
        return _leavesByLink ? new PathAnswer(PathPresence.Unknown, null) : new PathAnswer(PathPresence.Absent, missed);
    }

    // Null: no flag decides it.
    static bool? Holds(string condition, Release release, Func<string, string?>? valueOf)
    {
        var equals = condition.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return null;
        var flag = condition[..equals];
        var value = valueOf is null ? GvisorFlags.DefaultOf(flag, release) : valueOf(flag);
        return value is not null && condition[(equals + 1)..].Split('|').Contains(value);
    }
}
