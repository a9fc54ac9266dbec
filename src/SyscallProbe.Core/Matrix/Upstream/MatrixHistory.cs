using System.Globalization;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>One release as it stands in <c>data/gvisor/releases.csv</c>, with its effective tables.</summary>
/// <param name="Date">Day of the tagged commit, UTC, as ISO date.</param>
/// <param name="Vfs2">Whether the VFS2 override is part of the tables.</param>
public sealed record ImportedRelease(string Name, string Date, string Commit, bool Vfs2, IReadOnlyList<SyscallTable> Tables);

/// <summary>Turns the tables of all releases into the interval-coded files of <c>data/gvisor/</c>: a row for each change.</summary>
/// <param name="kernel">Name of each number of Linux's uapi tables, by ABI: every one gets a row, so that the matrix is never silent.</param>
public sealed class MatrixHistory(IReadOnlyDictionary<(Abi Abi, int Nr), string> kernel, IReadOnlyList<ImportedRelease> releases)
{
    readonly SortedSet<(Abi Abi, int Nr)> _numbers =
        [.. kernel.Keys, .. releases.SelectMany(release => release.Tables.SelectMany(table => table.Entries.Keys.Select(nr => (table.Abi, nr))))];

    readonly Dictionary<(string Note, string Urls), string> _notes = [];
    readonly List<IReadOnlyList<string>> _noteRows = [];

    public CsvFile Releases() => new("gvisor/releases.csv", ["release", "date", "commit", "vfs2_override"],
        [.. releases.Select(release => new[] { release.Name, release.Date, release.Commit, release.Vfs2 ? "yes" : "no" })]);

    /// <summary>The levels, and the notes that they name: ids in the order in which the notes first appear.</summary>
    public (CsvFile Levels, CsvFile Notes) Levels()
    {
        NumberNotes();
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (abi, nr) in _numbers)
        {
            LevelCell? last = null;
            foreach (var release in releases)
            {
                var cell = CellOf(release, abi, nr);
                if (cell == last) continue;
                last = cell;
                rows.Add([abi.Name(), Text(nr), release.Name, cell.Level.Name(), cell.Errno, cell.Capability, cell.Event ? "yes" : "no", NoteOf(cell)]);
            }
        }
        return (new("gvisor/levels.csv", ["abi", "nr", "since", "level", "errno", "capability", "event", "note"], rows),
            new("gvisor/notes.csv", ["note", "text", "urls"], _noteRows));
    }

    /// <summary>Where gVisor calls a syscall otherwise than the kernel does.</summary>
    public CsvFile Names()
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (abi, nr) in _numbers)
        {
            var name = kernel.GetValueOrDefault((abi, nr), "");
            var spans = Spans.Of(releases.Select(release => EntryOf(release, abi, nr)?.Name is { } alias && alias != name ? alias : null));
            foreach (var (alias, first, last) in spans) rows.Add([abi.Name(), Text(nr), name, alias, releases[first].Name, UntilOf(last)]);
        }
        return new("gvisor/names.csv", ["abi", "nr", "name", "alias", "since", "until"], rows);
    }

    string UntilOf(int last) => last == releases.Count - 1 ? "" : releases[last].Name;

    // In order of release first, so that a new release adds ids at the end and changes none.
    void NumberNotes()
    {
        foreach (var release in releases)
        {
            foreach (var (abi, nr) in _numbers)
            {
                var cell = CellOf(release, abi, nr);
                if ((cell.Note.Length == 0 && cell.Urls.Length == 0) || _notes.ContainsKey((cell.Note, cell.Urls))) continue;
                var id = "N" + (_notes.Count + 1).ToString("D3", CultureInfo.InvariantCulture);
                _notes.Add((cell.Note, cell.Urls), id);
                _noteRows.Add([id, cell.Note, cell.Urls]);
            }
        }
    }

    string NoteOf(LevelCell cell) => _notes.GetValueOrDefault((cell.Note, cell.Urls), "");

    static TableEntry? EntryOf(ImportedRelease release, Abi abi, int nr) =>
        release.Tables.FirstOrDefault(table => table.Abi == abi)?.Entries.GetValueOrDefault(nr);

    static LevelCell CellOf(ImportedRelease release, Abi abi, int nr)
    {
        var table = release.Tables.FirstOrDefault(table => table.Abi == abi);
        if (table is null) return LevelCell.Undefined(emits: false, $"This release has no {abi.Name()} table.");
        return table.Entries.TryGetValue(nr, out var entry) ? entry.Cell : LevelCell.Undefined(table.MissingEmits);
    }

    static string Text(int nr) => nr.ToString(CultureInfo.InvariantCulture);
}
