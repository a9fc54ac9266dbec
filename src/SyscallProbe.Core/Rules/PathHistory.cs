using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>All that is known of one path over the releases: made once by <see cref="GvisorPaths.Of"/>, asked per release without allocating.</summary>
public sealed class PathHistory
{
    static readonly GvisorConfiguration s_defaults = new(ImmutableSortedDictionary<string, string>.Empty);

    readonly (PathFact Fact, Release Since, Release Until)[] _rows;
    readonly Release? _studiedSince;
    readonly bool _leavesByLink;
    readonly (PathFact Fact, Release Since, Release Until)[] _folders;

    /// <param name="folders">The rows of the folders on the way, the nearest first.</param>
    internal PathHistory(
        (PathFact Fact, Release Since, Release Until)[] rows, (PathFact Fact, Release Since, Release Until)[] folders, Release? studiedSince, bool leavesByLink) =>
        (_rows, _folders, _studiedSince, _leavesByLink) = (rows, folders, studiedSince, leavesByLink);

    /// <summary>What is there at a release, with its flags on their defaults.</summary>
    public PathAnswer At(Release release) => At(release, s_defaults);

    internal PathAnswer At(Release release, GvisorConfiguration configuration)
    {
        if (_studiedSince is not { } first || release < first) return default;
        PathFact? conditional = null, missed = null;
        foreach (var (fact, since, until) in _rows)
        {
            if (release < since || until < release) continue;
            if (fact.Kind == "absent") return new PathAnswer(PathPresence.Absent, fact, fact.Source);
            if (fact.Condition is null || (fact.Flags is { } flags && configuration.Of(flags).Holds[release.Index])) return new PathAnswer(PathPresence.Present, fact, fact.Source);
            if (fact.Flags is null) conditional ??= fact;
            else missed ??= fact;
        }
        if (conditional is not null) return new PathAnswer(PathPresence.Conditional, conditional, conditional.Source);
        return _leavesByLink ? default : new PathAnswer(PathPresence.Absent, missed, missed?.Source ?? SourceOfFolder(release));
    }

    /// <summary>Adds each release whose answer may differ from that of the release before it.</summary>
    internal void AddChanges(ReleaseSet to, GvisorConfiguration configuration)
    {
        if (_studiedSince is not { } first) return;
        to.Add(first.Index);
        foreach (var (fact, since, until) in _rows)
        {
            to.Add(since.Index);
            to.Add(until.Index + 1);
            if (fact.Flags is { } flags) to.Add(configuration.Of(flags).Changes);
        }
        foreach (var (_, since, until) in _folders)
        {
            to.Add(since.Index);
            to.Add(until.Index + 1);
        }
    }

    string? SourceOfFolder(Release release)
    {
        foreach (var (fact, since, until) in _folders)
        {
            if (since <= release && release <= until) return fact.Source;
        }
        return null;
    }
}
