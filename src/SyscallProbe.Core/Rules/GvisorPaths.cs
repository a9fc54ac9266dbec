using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>What exists under /proc, /sys and /dev in a gVisor sandbox.</summary>
/// <remarks>
/// Facts: <c>data/gvisor/paths.csv</c>, from <c>pkg/sentry/fsimpl/{proc,sys,dev,devtmpfs,devpts,cgroupfs}</c>, <c>pkg/sentry/devices</c> and <c>runsc/boot</c>,
/// for release-20211026.0 (the first with the second file system layer on by default) and later. There every entry is listed, so that a path which no row names is absent.
/// The mounts are those of a specification as Docker and containerd write it.
/// </remarks>
public sealed class GvisorPaths
{
    internal const string ProcAbsent = "GV3001", SysAbsent = "GV3002", DevAbsent = "GV3003", DeviceDead = "GV3004";

    static readonly Lazy<GvisorPaths> s_known = new(() => new GvisorPaths(PackedImage.Embedded));

    readonly record struct Row(PathFact Fact, Release Since, Release Until);

    // Prefix: the pattern before its first wildcard, for a quick no.
    readonly record struct Glob(string Prefix, Row Row)
    {
        public bool Matches(ReadOnlySpan<char> path) => path.StartsWith(Prefix) && PathPattern.Matches(Row.Fact.Pattern, path);
    }

    readonly Dictionary<string, List<Row>> _exact = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<Row>>.AlternateLookup<ReadOnlySpan<char>> _exactBySpan;
    readonly List<Glob> _globs = [];
    readonly List<Glob> _linkGlobs = [];
    readonly Release _studiedSince;

    /// <exception cref="FailureException">A row is not understood.</exception>
    public GvisorPaths(PackedImage image)
    {
        var releases = GvisorReleases.Known;
        var table = image.Table("gvisor/paths");
        int path = table.Column("path"), since = table.Column("since"), until = table.Column("until"), kind = table.Column("kind"),
            mode = table.Column("mode"), content = table.Column("content"), target = table.Column("target"), condition = table.Column("condition"),
            note = table.Column("note"), source = table.Column("source"), symbol = table.Column("symbol");
        _studiedSince = releases.Newest;
        for (var line = 0; line < table.RowCount; line++)
        {
            string? Optional(int column) => table.Text(line, column) is { Length: > 0 } text ? text : null;
            var where = $"data/gvisor/paths.csv:{line + 2}";
            var fact = new PathFact(table.Text(line, path), table.Text(line, kind), Optional(mode), ContentOf(table.Text(line, content), where),
                Optional(target), Optional(condition), Optional(note), $"{table.Text(line, source)}:{table.Text(line, symbol)}");
            var row = new Row(fact, releases.Parse(table.Text(line, since), where), Optional(until) is { } last ? releases.Parse(last, where) : releases.Newest);
            if (row.Since < _studiedSince) _studiedSince = row.Since;
            if (Wildcard(fact.Pattern) is >= 0 and var wildcard) _globs.Add(new Glob(fact.Pattern[..wildcard], row));
            else if (_exact.TryGetValue(fact.Pattern, out var rows)) rows.Add(row);
            else _exact.Add(fact.Pattern, [row]);
        }
        _globs = [.. _globs.OrderByDescending(glob => glob.Row.Fact.Pattern.Length)]; // the longer, the narrower
        _linkGlobs = [.. _globs.Where(glob => glob.Row.Fact.Kind == "link")];
        _exactBySpan = _exact.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Those that this assembly was built with.</summary>
    public static GvisorPaths Known => s_known.Value;

    /// <summary>The conditions on flags under which something is there.</summary>
    internal IEnumerable<FlagTerms> Conditions => _exact.Values.SelectMany(rows => rows).Concat(_globs.Select(glob => glob.Row)).Select(row => row.Fact.Flags).OfType<FlagTerms>();

    /// <summary>The first release that was studied: before it every answer is unknown.</summary>
    public Release StudiedSince => _studiedSince;

    /// <summary>What a release has at a path, with its flags on their defaults.</summary>
    /// <param name="path">As given to the call; process ids may be numbers, <c>self</c>, <c>thread-self</c> or <c>[pid]</c>. A relative path is unknown.</param>
    public PathAnswer Find(string path, Release release) => Of(path).At(release);

    /// <summary>All that is known of a path. Cost: a dictionary look-up per link on the way and a pass over some forty globs.</summary>
    public PathHistory Of(string path)
    {
        if (Normalised(path) is not { } normal) return new PathHistory([], [], null, false);
        for (var links = 0; links < 8; links++)
        {
            if (TryFollowLink(normal, out var followed))
            {
                if (followed is null) return new PathHistory([], [], _studiedSince, leavesByLink: true);
                normal = Normalised(followed)!;
                continue;
            }
            var rows = new List<(PathFact Fact, Release Since, Release Until)>();
            if (_exact.TryGetValue(normal, out var exact)) rows.AddRange(exact.Select(row => (row.Fact, row.Since, row.Until)));
            foreach (var glob in _globs)
            {
                if (glob.Matches(normal)) rows.Add((glob.Row.Fact, glob.Row.Since, glob.Row.Until));
            }
            var isAlwaysThere = rows.Any(row => row.Since == _studiedSince && row.Until == GvisorReleases.Known.Newest && row.Fact.Condition is null);
            return new PathHistory([.. rows], isAlwaysThere ? [] : FoldersOf(normal), _studiedSince, false);
        }
        return new PathHistory([], [], null, false); // a loop of links
    }

    /// <summary>What a call gives that looks a path up, as far as the path alone decides.</summary>
    /// <param name="opens">Whether the call opens what is there: only then a device node without a driver matters.</param>
    /// <returns>Null when the path decides nothing: something is there, or it is not known.</returns>
    public static Outcome? OutcomeOf(string path, PathAnswer answer, bool opens)
    {
        var fact = answer.Fact;
        return answer.Presence switch
        {
            PathPresence.Absent => new Outcome(OutcomeKind.Fails, Errno.ENOENT, fact?.Condition, fact?.Note, RuleOf(path), answer.Source),
            PathPresence.Conditional => new Outcome(OutcomeKind.Conditional, null, fact!.Condition, fact.Note, RuleOf(path), fact.Source),
            PathPresence.Present when opens && fact!.Content == PathContent.Dead => new Outcome(OutcomeKind.Fails, Errno.ENXIO, null, fact.Note, DeviceDead, fact.Source),
            _ => null,
        };
    }

    /// <summary>Whether a finding says that nothing can be used at a path, rather than that a call refuses.</summary>
    internal static bool IsPathRule(string? rule) => rule is ProcAbsent or SysAbsent or DevAbsent or DeviceDead;

    static string RuleOf(string path) => Normalised(path) switch
    {
        { } below when below.StartsWith("/proc", StringComparison.Ordinal) => ProcAbsent,
        { } below when below.StartsWith("/sys", StringComparison.Ordinal) => SysAbsent,
        _ => DevAbsent,
    };

    // The first link on the way to the path's last segment, which itself is not followed.
    bool TryFollowLink(string path, out string? followed)
    {
        followed = null;
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (LinkAt(path.AsSpan(0, slash)) is not { } link) continue;
            followed = link.Target is null ? null : link.Target + path[slash..];
            return true;
        }
        return false;
    }

    (PathFact, Release, Release)[] FoldersOf(ReadOnlySpan<char> path)
    {
        var folders = new List<(PathFact, Release, Release)>();
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path[..slash].LastIndexOf('/'))
        {
            if (!_exactBySpan.TryGetValue(path[..slash], out var rows)) continue;
            foreach (var row in rows) folders.Add((row.Fact, row.Since, row.Until));
        }
        return [.. folders];
    }

    PathFact? LinkAt(ReadOnlySpan<char> path)
    {
        if (_exactBySpan.TryGetValue(path, out var rows)) return rows[0].Fact.Kind == "link" ? rows[0].Fact : null;
        foreach (var glob in _linkGlobs)
        {
            if (glob.Matches(path)) return glob.Row.Fact;
        }
        return null;
    }

    static int Wildcard(string pattern)
    {
        var (star, number) = (pattern.IndexOf('*', StringComparison.Ordinal), pattern.IndexOf("[n]", StringComparison.Ordinal));
        return star < 0 ? number : number < 0 ? star : Math.Min(star, number);
    }

    // Absolute, without '.', '..' and doubled slashes, process ids below /proc as [pid]; null when not below the three roots.
    static string? Normalised(string path)
    {
        if (!path.StartsWith('/')) return null;
        var segments = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..") { if (segments.Count > 0) segments.RemoveAt(segments.Count - 1); }
            else if (segment != ".") segments.Add(segment);
        }
        if (segments.Count == 0 || segments[0] is not ("proc" or "sys" or "dev")) return null;
        if (segments[0] == "proc" && segments.Count > 1 && IsNumber(segments[1])) segments[1] = "[pid]";
        if (segments is ["proc", "[pid]", "task", var task, ..] && IsNumber(task)) segments[3] = "[pid]";
        return "/" + string.Join('/', segments);
    }

    static bool IsNumber(string text) => text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    static PathContent ContentOf(string text, string where) => text switch
    {
        "real" or "" => PathContent.Real,
        "constant" => PathContent.Constant,
        "empty" => PathContent.Empty,
        "writable" => PathContent.Writable,
        "dead" => PathContent.Dead,
        _ => throw new FailureException(new Failure(FailureCode.BadInput, $"'{text}' is no content of a path", where)),
    };
}
