using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace SyscallProbe.Matrix;

/// <summary>gVisor's support level of every syscall of both ABIs at every release.</summary>
/// <remarks>
/// Read in place from the packed image, whose bytes are checked once when it is opened. Look-ups take constant time and allocate nothing.
/// Facts: <c>data/gvisor/levels.csv</c>, from gVisor's <c>pkg/sentry/syscalls/linux</c> at each release's tag; layout: <see cref="LevelTable"/>.
/// </remarks>
public sealed class GvisorLevels
{
    static readonly Lazy<GvisorLevels> s_known = new(() => new GvisorLevels(PackedImage.Embedded));

    readonly PackedBytes _cells;
    readonly PackedBytes _classes;
    readonly PackedBytes _ids;
    readonly PackedBytes _histories;
    readonly int _classCount;

    /// <exception cref="FailureException">The image has no levels, or they are damaged.</exception>
    public GvisorLevels(PackedImage image)
    {
        var blob = image.KeptBlob(LevelTable.BlobName);
        if (blob.Length < LevelTable.HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(blob.Span) != LevelTable.Magic) throw Damaged("it does not begin with GVL1");
        int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(blob.Span[at..]);
        var (numbers, releases, histories, cells, text) = (U16(4), U16(6), U16(10), U16(12), U16(14));
        _classCount = U16(8);
        if (numbers != LevelTable.NumbersPerAbi) throw Damaged($"it has {numbers} numbers per ABI");

        var at = LevelTable.HeaderLength;
        PackedBytes Take(int length)
        {
            if (length > blob.Length - at) throw Damaged("it is cut");
            at += length;
            return blob.Slice(at - length, length);
        }
        _cells = Take(cells * LevelTable.CellLength);
        _classes = Take(releases);
        _ids = Take(LevelTable.AbiCount * numbers);
        _histories = Take(histories * _classCount);
        var capabilities = Take(text);
        if (at != blob.Length) throw Damaged("it is too long");

        RequireBelow(_classes, _classCount, "class");
        RequireBelow(_ids, histories, "history");
        RequireBelow(_histories, cells, "cell");
        Entries = [.. Enumerable.Range(0, cells).Select(cell => Decode(_cells.Slice(cell * LevelTable.CellLength, LevelTable.CellLength).Span, capabilities.Span))];
        if (Entries.IsEmpty || Entries[0].Level != SupportLevel.Undefined) throw Damaged("its first cell is not 'undefined'");
        ReleaseCount = releases;
        SizeBytes = blob.Length;
    }

    /// <summary>The levels that this assembly was built with.</summary>
    public static GvisorLevels Known => s_known.Value;

    /// <summary>Releases from <see cref="Release.Index"/> 0 on.</summary>
    public int ReleaseCount { get; }

    /// <summary>Size of the packed table.</summary>
    public int SizeBytes { get; }

    /// <summary>The distinct entries; the first is what no row speaks of.</summary>
    internal ImmutableArray<LevelEntry> Entries { get; }

    /// <summary>Finds what gVisor does with a syscall at a release.</summary>
    /// <param name="nr">Number within <paramref name="abi"/>; any value is allowed, also negative ones and ones newer than the table.</param>
    /// <returns>
    /// The level in force at <paramref name="release"/>, or <see cref="SupportLevel.Undefined"/> when gVisor's table has no row: gVisor then answers
    /// ENOSYS. Always so for i386 and x32, of which gVisor has no table.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The release is not one of <see cref="ReleaseCount"/>.</exception>
    public SupportLevel LevelOf(Abi abi, Nr nr, Release release) => (SupportLevel)_cells[CellOf(abi, nr, release) * LevelTable.CellLength];

    /// <summary>The same with errno, capability and event.</summary>
    /// <inheritdoc cref="LevelOf"/>
    public LevelEntry EntryOf(Abi abi, Nr nr, Release release) => Entries[CellOf(abi, nr, release)];

    /// <summary>Lays out one release flat, for many look-ups in it. Allocates 2 KiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The release is not one of <see cref="ReleaseCount"/>.</exception>
    public ReleaseLevels At(Release release) => new(this, release);

    internal int CellOf(Abi abi, Nr nr, Release release)
    {
        var column = _classes[release.Index];
        if ((uint)nr.Value >= LevelTable.NumbersPerAbi || (uint)abi >= LevelTable.AbiCount) return 0;
        return _histories[_ids[((int)abi * LevelTable.NumbersPerAbi) + nr.Value] * _classCount + column];
    }

    static LevelEntry Decode(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> text)
    {
        var (level, errno) = (cell[0], BinaryPrimitives.ReadUInt16LittleEndian(cell[2..]));
        var (from, length) = (BinaryPrimitives.ReadUInt16LittleEndian(cell[4..]), BinaryPrimitives.ReadUInt16LittleEndian(cell[6..]));
        if (level >= SupportLevelNames.All.Count || errno > 4095 || from + length > text.Length) throw Damaged("a cell is out of range");
        return new LevelEntry((SupportLevel)level, errno == 0 ? null : new Errno(errno), length == 0 ? null : Encoding.UTF8.GetString(text.Slice(from, length)), cell[1] != 0);
    }

    static void RequireBelow(PackedBytes bytes, int limit, string what)
    {
        foreach (var value in bytes.Span)
        {
            if (value >= limit) throw Damaged($"it names the {what} {value} of {limit}");
        }
    }

    static FailureException Damaged(string why) =>
        new(new Failure(FailureCode.BadInput, $"the packed gVisor levels are damaged: {why}", Fix: "pack them again with `syscallprobe matrix pack`"));
}
