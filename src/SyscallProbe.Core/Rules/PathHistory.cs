using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>All that is known of one path over the releases: made once by <see cref="GvisorPaths.Of"/>, asked per release without allocating.</summary>
public sealed class PathHistory
{
    readonly (PathFact Fact, Release Since, Release Until)[] _rows;
    readonly Release? _studiedSince;
    readonly bool _leavesByLink;
    readonly (PathFact Fact, Release Since, Release Until)[] _folders;

    /// <param name="folders">The rows of the folders on the way, the nearest first.</param>
    internal PathHistory(
        (PathFact Fact, Release Since, Release Until)[] rows, (PathFact Fact, Release Since, Release Until)[] folders, Release? studiedSince, bool leavesByLink) =>
        (_rows, _folders, _studiedSince, _leavesByLink) = (rows, folders, studiedSince, leavesByLink);

    /// <summary>What is there at a release.</summary>
    /// <param name="valueOf">The value of a runsc flag, null for one that the release lacks; without it the release's defaults.</param>
    public PathAnswer At(Release release, Func<string, string?>? valueOf = null)
    {
        if (_studiedSince is not { } first || release < first) return default;
        PathFact? conditional = null, missed = null;
        foreach (var (fact, since, until) in _rows)
        {
            if (release < since || until < release) continue;
            if (fact.Kind == "absent") return new PathAnswer(PathPresence.Absent, fact, fact.Source);
            switch (fact.Condition is null ? true : Holds(fact.Condition, release, valueOf))
            {
                case true: return new PathAnswer(PathPresence.Present, fact, fact.Source);
                case null: conditional ??= fact; break;
                case false: missed ??= fact; break;
            }
        }
        if (conditional is not null) return new PathAnswer(PathPresence.Conditional, conditional, conditional.Source);
        return _leavesByLink ? default : new PathAnswer(PathPresence.Absent, missed, missed?.Source ?? SourceOfFolder(release));
    }

    string? SourceOfFolder(Release release)
    {
        foreach (var (fact, since, until) in _folders)
        {
            if (since <= release && release <= until) return fact.Source;
        }
        return null;
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
