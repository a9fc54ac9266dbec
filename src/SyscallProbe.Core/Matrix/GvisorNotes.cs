using System.Buffers.Text;

namespace SyscallProbe.Matrix;

/// <summary>gVisor's own remarks on its table's entries.</summary>
/// <remarks>A binary search over the rows of <c>data/gvisor/levels.csv</c>, then over <c>notes.csv</c>: for printing, not for judging.</remarks>
public sealed class GvisorNotes
{
    static readonly Lazy<GvisorNotes> s_known = new(() => new GvisorNotes(PackedImage.Embedded));

    readonly GvisorReleases _releases;
    readonly PackedTable _levels;
    readonly PackedTable _notes;
    readonly (int Abi, int Nr, int Since, int Note) _level;
    readonly (int Id, int Text, int Urls) _note;

    /// <exception cref="FailureException">The image has no levels or notes.</exception>
    public GvisorNotes(PackedImage image)
    {
        _releases = new GvisorReleases(image);
        _levels = image.Table("gvisor/levels");
        _notes = image.Table("gvisor/notes");
        _level = (_levels.Column("abi"), _levels.Column("nr"), _levels.Column("since"), _levels.Column("note"));
        _note = (_notes.Column("note"), _notes.Column("text"), _notes.Column("urls"));
    }

    public static GvisorNotes Known => s_known.Value;

    /// <summary>The note in force at a release, with gVisor's issues behind it, on one line; null when there is none.</summary>
    public string? NoteOf(Abi abi, Nr nr, Release release)
    {
        string? id = null;
        for (var row = FirstRowOf(abi, nr); row < _levels.RowCount && Compare(row, abi, nr) == 0; row++)
        {
            if (!_releases.TryParse(_levels.Text(row, _level.Since), out var since) || since > release) break;
            id = _levels.Text(row, _level.Note);
        }
        return string.IsNullOrEmpty(id) ? null : TextOf(id);
    }

    string? TextOf(string id)
    {
        var (low, high) = (0, _notes.RowCount - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_notes.Text(middle, _note.Id), id);
            if (order == 0) return string.Join(' ', new[] { _notes.Text(middle, _note.Text), See(_notes.Text(middle, _note.Urls)) }.Where(part => part.Length > 0));
            if (order < 0) low = middle + 1; else high = middle - 1;
        }
        return null;
    }

    static string See(string urls) => urls.Length == 0 ? "" : "See: " + urls;

    int FirstRowOf(Abi abi, Nr nr)
    {
        var (low, high) = (0, _levels.RowCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Compare(middle, abi, nr) < 0) low = middle + 1; else high = middle;
        }
        return low;
    }

    int Compare(int row, Abi abi, Nr nr)
    {
        var order = AbiNames.TryParse(_levels.Text(row, _level.Abi), out var rowAbi) ? rowAbi.CompareTo(abi) : -1;
        if (order != 0) return order;
        return Utf8Parser.TryParse(_levels.Utf8(row, _level.Nr), out int rowNr, out _) ? rowNr.CompareTo(nr.Value) : -1;
    }
}
