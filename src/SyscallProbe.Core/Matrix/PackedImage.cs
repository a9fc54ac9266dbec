using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace SyscallProbe.Matrix;

/// <summary>The knowledge in <c>data/</c> as one immutable image, read in place: no parsing and no dictionary at start.</summary>
/// <remarks>
/// <code>
/// header     "SPK1" | u32 image length | u32 string count | u32 table count
/// strings    u32 offset of each string, one more for the end, then their UTF-8 bytes, sorted by byte order, padded to 4
/// tables     per table: u32 name, u32 kind (0 rows, 1 bytes), u32 columns, u32 rows (bytes: length), u32 offset of its content
/// content    rows: the column names' string ids, then the cells' string ids row by row, all u32; bytes: as they are
/// </code>
/// All numbers are little-endian. <see cref="Packer"/> is the exact inverse. Every offset is checked once, when the image is opened,
/// so a damaged image is refused and never read out of bounds.
/// </remarks>
public sealed unsafe class PackedImage
{
    internal const uint Magic = 0x314B5053; // "SPK1"
    internal const int HeaderLength = 16;
    internal const int TableEntryLength = 20;

    // Lives as long as the image: either the mapped resource of this assembly, which is never unloaded, or a pinned array held by _owner.
    readonly byte* _start;
    readonly int _length;
    readonly byte[]? _owner;
    readonly int _stringCount;
    readonly int _tableCount;
    readonly int _tablesAt;

    PackedImage(byte* start, int length, byte[]? owner)
    {
        _start = start;
        _length = length;
        _owner = owner;
        if (length < HeaderLength || U32(0) != Magic) throw Damaged("it does not begin with SPK1");
        if (U32(4) != length) throw Damaged($"its header says {U32(4)} bytes and it has {length}");
        _stringCount = Bounded(U32(8), (length - HeaderLength) / 4, "string count");
        _tableCount = Bounded(U32(12), length / TableEntryLength, "table count");
        CheckStrings();
        _tablesAt = Align(StringsStart + (int)StringOffset(_stringCount));
        if (_tablesAt + (long)_tableCount * TableEntryLength > length) throw Damaged("its table directory is cut");
        for (var i = 0; i < _tableCount; i++) CheckTable(i);
    }

    /// <summary>The image that this assembly was built with.</summary>
    public static PackedImage Embedded { get; } = OpenEmbedded();

    /// <summary>Opens an image held in memory; copies it once.</summary>
    /// <exception cref="FailureException">The bytes are no image, or damaged.</exception>
    public static PackedImage Open(ReadOnlySpan<byte> bytes)
    {
        var owner = GC.AllocateUninitializedArray<byte>(Math.Max(bytes.Length, 1), pinned: true);
        bytes.CopyTo(owner);
        return new PackedImage((byte*)Unsafe.AsPointer(ref owner[0]), bytes.Length, owner);
    }

    /// <summary>The whole image as packed.</summary>
    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <summary>Names of all tables, in byte order.</summary>
    public IEnumerable<string> TableNames => Enumerable.Range(0, _tableCount).Select(i => Text(TableField(i, 0)));

    /// <summary>Finds the rows of <c>data/NAME.csv</c>. Binary search over the table names.</summary>
    /// <exception cref="FailureException">The image has no such table.</exception>
    public PackedTable Table(string name)
    {
        var index = Find(name, kind: 0);
        return new PackedTable(this, name, (int)TableField(index, 2), (int)TableField(index, 3), (int)TableField(index, 4));
    }

    /// <summary>Finds a table that has a binary layout of its own, such as <c>gvisor/levels.table</c>. Binary search over the table names; keep the result.</summary>
    /// <exception cref="FailureException">The image has no such table.</exception>
    public PackedBytes Blob(string name)
    {
        var index = Find(name, kind: 1);
        return new PackedBytes(this, _start + TableField(index, 4), (int)TableField(index, 3));
    }

    /// <summary>Whether the image has a table or blob of this name.</summary>
    public bool Has(string name) => IndexOf(name) >= 0;

    internal ReadOnlySpan<byte> Utf8(uint id)
    {
        var from = StringOffset((int)id);
        return new ReadOnlySpan<byte>(_start + StringsStart + from, (int)(StringOffset((int)id + 1) - from));
    }

    internal string Text(uint id) => Encoding.UTF8.GetString(Utf8(id));

    internal uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(_start + at, 4));

    internal static int Align(int at) => (at + 3) & ~3;

    int StringsStart => HeaderLength + (_stringCount + 1) * 4;

    uint StringOffset(int index) => U32(HeaderLength + index * 4);

    uint TableField(int index, int field) => U32(_tablesAt + index * TableEntryLength + field * 4);

    int Find(string name, uint kind)
    {
        var index = IndexOf(name);
        if (index >= 0 && TableField(index, 1) == kind) return index;
        throw new FailureException(new Failure(FailureCode.BadInput, $"the packed knowledge has no table '{name}'",
            Fix: "pack it again with `syscallprobe matrix pack`"));
    }

    int IndexOf(string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        int low = 0, high = _tableCount - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Utf8(TableField(middle, 0)).SequenceCompareTo(wanted);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1; else high = middle - 1;
        }
        return -1;
    }

    void CheckStrings()
    {
        var at = HeaderLength;
        if (at + ((long)_stringCount + 1) * 4 > _length) throw Damaged("its string offsets are cut");
        var room = _length - StringsStart;
        uint previous = 0;
        for (var i = 0; i <= _stringCount; i++)
        {
            var offset = StringOffset(i);
            if (offset < previous || offset > room) throw Damaged($"the offset of string {i} is out of order");
            previous = offset;
        }
    }

    void CheckTable(int index)
    {
        var (name, kind, columns, rows, at) = (TableField(index, 0), TableField(index, 1), TableField(index, 2), TableField(index, 3), TableField(index, 4));
        if (name >= _stringCount) throw Damaged($"table {index} has no name");
        if (kind > 1) throw Damaged($"table {index} is of the unknown kind {kind}");
        var cells = kind == 1 ? 0 : checked(columns * ((long)rows + 1));
        var length = kind == 1 ? rows : cells * 4;
        if (at % 4 != 0 || at > _length || length > _length - at) throw Damaged($"table {index} reaches past the end");
        for (long cell = 0; cell < cells; cell++)
        {
            if (U32((int)(at + cell * 4)) >= _stringCount) throw Damaged($"table {index} names a string that is not there");
        }
    }

    int Bounded(uint value, int limit, string what) =>
        value <= limit ? (int)value : throw Damaged($"its {what} {value} does not fit into {_length} bytes");

    static FailureException Damaged(string why) =>
        new(new Failure(FailureCode.BadInput, $"the packed knowledge is damaged: {why}", Fix: "pack it again with `syscallprobe matrix pack`"));

    static PackedImage OpenEmbedded()
    {
        const string resource = "SyscallProbe.knowledge.bin";
        var stream = typeof(PackedImage).Assembly.GetManifestResourceStream(resource) as UnmanagedMemoryStream
            ?? throw Damaged($"the resource {resource} is missing");
        return new PackedImage(stream.PositionPointer, checked((int)stream.Length), null);
    }
}

/// <summary>Bytes inside a <see cref="PackedImage"/>: a span that can be a field.</summary>
public readonly unsafe struct PackedBytes
{
    readonly PackedImage? _image; // keeps what _start points into
    readonly byte* _start;

    internal PackedBytes(PackedImage image, byte* start, int length)
    {
        _image = image;
        _start = start;
        Length = length;
    }

    public int Length { get; }

    /// <exception cref="ArgumentOutOfRangeException">The index is not below <see cref="Length"/>.</exception>
    public byte this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length);
            return _start[index];
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The part is not inside.</exception>
    public PackedBytes Slice(int from, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)from, (uint)Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(Length - from));
        return new PackedBytes(_image!, _start + from, length);
    }

    public ReadOnlySpan<byte> Span => new(_start, Length);

    /// <summary>Reads a byte without a check: only for an index that the caller has proved to be inside.</summary>
    internal byte Unchecked(int index) => _start[index];

    /// <summary>A record in place, without a check: only where the caller has proved that all its bytes are inside. Records are as the packer's machine has them, little-endian.</summary>
    internal ref readonly T At<T>(int offset)
        where T : unmanaged => ref Unsafe.AsRef<T>(_start + offset);

    /// <summary>Several records in place; as <see cref="At"/>.</summary>
    internal ReadOnlySpan<T> Many<T>(int offset, int count)
        where T : unmanaged => new(_start + offset, count);

    /// <summary>Reads the little-endian u16 of that index without a check: only where the caller has proved that both bytes are inside.</summary>
    internal ushort UncheckedU16(int index)
    {
        var value = Unsafe.ReadUnaligned<ushort>(_start + ((nint)index * sizeof(ushort)));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
