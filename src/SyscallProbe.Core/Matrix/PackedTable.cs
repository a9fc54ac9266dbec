namespace SyscallProbe.Matrix;

/// <summary>One CSV of <c>data/</c> inside a <see cref="PackedImage"/>, rows in the order of the file.</summary>
/// <remarks>Reading a cell costs two loads; <see cref="Text"/> allocates, <see cref="Utf8"/> and <see cref="Id"/> do not.</remarks>
public readonly struct PackedTable
{
    readonly PackedImage _image;
    readonly int _at;

    internal PackedTable(PackedImage image, string name, int columns, int rows, int at) =>
        (_image, Name, ColumnCount, RowCount, _at) = (image, name, columns, rows, at);

    /// <summary>The file's path below <c>data/</c> without <c>.csv</c>.</summary>
    public string Name { get; }

    public int ColumnCount { get; }

    public int RowCount { get; }

    /// <summary>The header of a column.</summary>
    public string Header(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)ColumnCount);
        return _image.Text(_image.U32(_at + column * 4));
    }

    /// <summary>Index of a column by its header. Look it up once, outside the loop.</summary>
    /// <exception cref="FailureException">The table has no such column.</exception>
    public int Column(string header)
    {
        for (var i = 0; i < ColumnCount; i++)
        {
            if (_image.Text(_image.U32(_at + i * 4)) == header) return i;
        }
        throw new FailureException(new Failure(FailureCode.BadInput, $"no column '{header}'", $"data/{Name}.csv"));
    }

    /// <summary>The texts of some columns, row by row in the order of the file. Allocates: for tables that are read once.</summary>
    /// <exception cref="FailureException">The table has no such column.</exception>
    public IEnumerable<string[]> Cells(params ReadOnlySpan<string> headers)
    {
        var columns = new int[headers.Length];
        for (var i = 0; i < columns.Length; i++) columns[i] = Column(headers[i]);
        var table = this;
        return Enumerable.Range(0, RowCount).Select(row => Array.ConvertAll(columns, column => table.Text(row, column)));
    }

    /// <summary>The cell's string id: equal ids mean equal text within one image.</summary>
    public uint Id(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)ColumnCount);
        return _image.U32(_at + ((row + 1) * ColumnCount + column) * 4);
    }

    /// <summary>The cell as UTF-8; empty means not applicable.</summary>
    public ReadOnlySpan<byte> Utf8(int row, int column) => _image.Utf8(Id(row, column));

    /// <summary>The cell as text; empty means not applicable.</summary>
    public string Text(int row, int column) => _image.Text(Id(row, column));
}
