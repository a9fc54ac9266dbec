namespace SyscallProbe.Matrix.Upstream;

/// <summary>Which symbols the cited source files declare at which releases: <c>data/gvisor/sources.csv</c>, against which a test holds every citation.</summary>
/// <param name="releases">Tags, oldest first.</param>
public sealed class SourceIndex(IReadOnlyList<string> releases)
{
    readonly SortedDictionary<string, IReadOnlySet<string>?[]> _files = new(StringComparer.Ordinal);

    /// <summary>The paths that rows of <paramref name="files"/> cite, those of files with the columns <c>source</c> and <c>symbol</c>.</summary>
    public static SortedSet<string> CitedPaths(IEnumerable<CsvFile> files)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var source = file.IndexOf("source");
            if (source < 0 || file.IndexOf("symbol") < 0) continue;
            paths.UnionWith(file.Rows.Select(row => row[source]).Where(path => path.Length > 0));
        }
        return paths;
    }

    /// <summary>Says what a file declares at one release; not called where the release has no such file.</summary>
    public void Add(string path, int release, IReadOnlySet<string> symbols)
    {
        if (!_files.TryGetValue(path, out var history)) _files[path] = history = new IReadOnlySet<string>?[releases.Count];
        history[release] = symbols;
    }

    /// <summary>A row per run of releases; an empty symbol stands for the file itself, an empty end for the newest release.</summary>
    public CsvFile ToCsv()
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (path, history) in _files)
        {
            var symbols = new SortedSet<string>(StringComparer.Ordinal) { "" };
            foreach (var declared in history) symbols.UnionWith(declared ?? new HashSet<string>());
            foreach (var symbol in symbols)
            {
                var present = history.Select(declared => declared is not null && (symbol.Length == 0 || declared.Contains(symbol)) ? symbol : null);
                foreach (var (_, first, last) in Spans.Of(present))
                    rows.Add([path, symbol, releases[first], last == releases.Count - 1 ? "" : releases[last]]);
            }
        }
        return new CsvFile("gvisor/sources.csv", ["path", "symbol", "since", "until"], rows);
    }
}
