using System.Buffers.Binary;
using System.Text;

namespace SyscallProbe.Matrix;

/// <summary>Makes a <see cref="PackedImage"/> from the CSV files of <c>data/</c>. The same input gives the same bytes.</summary>
public sealed class Packer
{
    readonly SortedDictionary<string, Content> _tables = new(StringComparer.Ordinal);
    readonly Dictionary<string, CsvFile> _files = [];

    /// <summary>Takes in one CSV: UTF-8, header row, RFC 4180.</summary>
    /// <param name="name">Path below <c>data/</c> without <c>.csv</c>: <c>gvisor/levels</c>.</param>
    /// <exception cref="FailureException">A row has another number of cells than the header; all such rows are named, up to 20.</exception>
    public void AddCsv(string name, Stream csv)
    {
        var file = CsvFile.Read($"data/{name}.csv", csv);
        _files[name] = file;
        AddRows(name, file.Header, file.Rows);
    }

    /// <summary>Takes in the tables that are made from CSV files, all of which must be in already.</summary>
    /// <exception cref="FailureException">A row is not understood.</exception>
    public void AddDerived()
    {
        if (_files.TryGetValue("gvisor/levels", out var levels) && _files.TryGetValue("gvisor/releases", out var releases))
            AddBlob(LevelTable.BlobName, LevelTable.Pack(releases, levels));
        // Rules name constants and releases of this very data, so they are read from an image of it.
        if (_files.ContainsKey("abi/key-arguments") && _files.ContainsKey("gvisor/releases"))
            AddBlob(Rules.RuleTable.BlobName, Rules.RuleTablePacker.Pack(PackedImage.Open(Pack())));
    }

    /// <summary>Takes in rows that are in memory already.</summary>
    public void AddRows(string name, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        _tables[name] = new Content(header, [.. rows], []);

    /// <summary>Takes in a table with a binary layout of its own.</summary>
    public void AddBlob(string name, byte[] bytes) => _tables[name] = new Content(null, [], bytes);

    /// <summary>Writes the image.</summary>
    public byte[] Pack()
    {
        var ids = Intern();
        var image = new MemoryStream();
        var strings = ids.Keys.Select(Encoding.UTF8.GetBytes).ToArray();

        U32(image, PackedImage.Magic);
        U32(image, 0); // the length, known at the end
        U32(image, (uint)strings.Length);
        U32(image, (uint)_tables.Count);
        uint offset = 0;
        foreach (var text in strings)
        {
            U32(image, offset);
            offset += (uint)text.Length;
        }
        U32(image, offset);
        foreach (var text in strings) image.Write(text);
        Pad(image);

        var contentAt = (uint)image.Length + (uint)(_tables.Count * PackedImage.TableEntryLength);
        foreach (var (name, table) in _tables)
        {
            U32(image, ids[name]);
            U32(image, table.Header is null ? 1u : 0u);
            U32(image, (uint)(table.Header?.Count ?? 0));
            U32(image, (uint)(table.Header is null ? table.Blob.Length : table.Rows.Count));
            U32(image, contentAt);
            contentAt += (uint)PackedImage.Align(table.Header is null ? table.Blob.Length : table.Header.Count * (table.Rows.Count + 1) * 4);
        }
        foreach (var table in _tables.Values)
        {
            foreach (var cell in table.Cells) U32(image, ids[cell]);
            image.Write(table.Blob);
            Pad(image);
        }

        var bytes = image.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)bytes.Length);
        return bytes;
    }

    SortedDictionary<string, uint> Intern()
    {
        var ids = new SortedDictionary<string, uint>(Utf8Order.Instance) { [""] = 0 };
        foreach (var (name, table) in _tables)
        {
            ids[name] = 0;
            foreach (var cell in table.Cells) ids[cell] = 0;
        }
        uint next = 0;
        foreach (var text in ids.Keys.ToArray()) ids[text] = next++;
        return ids;
    }

    static void U32(Stream to, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        to.Write(bytes);
    }

    static void Pad(Stream to)
    {
        while (to.Position % 4 != 0) to.WriteByte(0);
    }

    sealed record Content(IReadOnlyList<string>? Header, IReadOnlyList<IReadOnlyList<string>> Rows, byte[] Blob)
    {
        public IEnumerable<string> Cells => Header is null ? [] : Header.Concat(Rows.SelectMany(row => row));
    }

    // Ordinal order of UTF-16 differs from byte order beyond the BMP, and the image is searched by bytes.
    sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
