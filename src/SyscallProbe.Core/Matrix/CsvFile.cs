using System.Text;
using CsvHelper;

namespace SyscallProbe.Matrix;

/// <summary>A CSV file of <c>data/</c> in memory: header and rows, all of the same length.</summary>
/// <param name="Path">As messages name it.</param>
public sealed record CsvFile(string Path, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Reads UTF-8, header row, RFC 4180.</summary>
    /// <exception cref="FailureException">A row has another number of cells than the header; all such rows are named, up to 20.</exception>
    public static CsvFile Read(string path, Stream csv)
    {
        using var reader = CsvReader.Create(csv, new CsvReaderOptions { HasHeader = false, FieldCountMismatch = CsvFieldCountHandling.Allow, TrackLineNumbers = true }, true);
        var rows = new List<IReadOnlyList<string>>();
        var wrong = new List<string>();
        while (reader.Read())
        {
            var row = new string[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.GetString(i);
            rows.Add(row);
            if (row.Length != rows[0].Count) wrong.Add($"{path}:{reader.LineNumber}: expected {rows[0].Count} columns, found {row.Length}");
        }
        if (rows.Count == 0) wrong.Add($"{path}:1: expected a header row, found an empty file");
        if (wrong.Count > 0) throw new FailureException(new Failure(FailureCode.BadInput, $"{wrong.Count} rows do not fit their header", Failure.Places(wrong)));
        return new CsvFile(path, rows[0], rows[1..]);
    }

    /// <summary>Index of a column, or -1 when the file has none of this name.</summary>
    public int IndexOf(string header)
    {
        for (var i = 0; i < Header.Count; i++)
        {
            if (Header[i] == header) return i;
        }
        return -1;
    }

    /// <summary>Index of a column by its header.</summary>
    /// <exception cref="FailureException">The file has no such column.</exception>
    public int Column(string header) => IndexOf(header) is >= 0 and var index
        ? index
        : throw new FailureException(new Failure(FailureCode.BadInput, $"no column '{header}'", Path, $"columns are {string.Join(", ", Header)}"));

    /// <summary>The file's text: RFC 4180 with LF, quotes only where needed.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        AppendLine(text, Header);
        foreach (var row in Rows) AppendLine(text, row);
        return text.ToString();
    }

    /// <summary>Appends one line of cells.</summary>
    public static void AppendLine(StringBuilder text, IReadOnlyList<string> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) text.Append(',');
            var cell = cells[i];
            if (cell.AsSpan().IndexOfAny(",\"\n\r") < 0) text.Append(cell);
            else text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        text.Append('\n');
    }
}
