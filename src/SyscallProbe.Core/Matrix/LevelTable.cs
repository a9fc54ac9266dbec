using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SyscallProbe.Matrix;

/// <summary>The layout of the blob <c>gvisor/levels.table</c>, and what makes it: every (ABI, number, release) in two look-ups.</summary>
/// <remarks>
/// <code>
/// header     "GVL1" | u16 numbers per ABI | u16 releases | u16 classes | u16 bytes of histories | u16 entries | u16 bytes of text
/// entries    per entry: u8 code | u8 event | u16 errno | u16 offset of the capability in the text | u16 its length
/// classes    u8 per release: releases with the same levels throughout share a class
/// starts     u16 per (ABI, number): where its history begins; numbers with the same levels throughout share one
/// histories  per history, u8 per class: the entry's code
/// text       names of capabilities, UTF-8
/// </code>
/// Numbers are little-endian. A code is the level in its low three bits, so that a level needs no look at the entry, and above them which entry of that
/// level it is. The first entry has code 0, <see cref="SupportLevel.Undefined"/>: so is what no row speaks of. <see cref="GvisorLevels"/> reads the blob.
/// </remarks>
static class LevelTable
{
    /// <summary>Name of the blob in the image.</summary>
    public const string BlobName = "gvisor/levels.table";

    public const uint Magic = 0x314C5647; // "GVL1"
    public const int HeaderLength = 16;
    public const int EntryLength = 8;
    public const int LevelBits = 3;
    public const int LevelMask = (1 << LevelBits) - 1;
    public const int AbiCount = 2;
    public const int NumbersPerAbi = 512;

    /// <summary>Slots of starts: those of all four ABIs, of which only two have a table.</summary>
    public const int SlotCount = 4 * NumbersPerAbi;

    /// <summary>The slot of a number. The last of each ABI is that of every number that is negative or too large.</summary>
    /// <remarks>Without a jump: whether a number is known is not foreseeable, and a wrong guess costs more than all the rest.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SlotOf(Abi abi, Nr nr)
    {
        var allOnesWhereTooLarge = (int)((NumbersPerAbi - 1L - (uint)nr.Value) >> 63);
        return (((int)abi & 3) << 9) | ((nr.Value | allOnesWhereTooLarge) & (NumbersPerAbi - 1));
    }

    /// <summary>Makes the blob from the rows of <c>gvisor/releases.csv</c> and <c>gvisor/levels.csv</c>.</summary>
    /// <exception cref="FailureException">A row is not understood; or there are more kinds than a byte can count.</exception>
    public static byte[] Pack(CsvFile releases, CsvFile levels)
    {
        var names = releases.Rows.Select(row => row[releases.Column("release")]).ToArray();
        var entries = new List<Entry> { new(0, SupportLevel.Undefined, true, Errno.ENOSYS.Value, "") };
        var dense = Expand(levels, names, entries);

        var columns = Enumerable.Range(0, names.Length).Select(release => dense.Select(history => history[release]).ToArray()).ToArray();
        var (classOf, classes) = Distinct(columns);
        var (historyOf, histories) = Distinct([.. dense.Select(history => classes.Select(at => history[at]).ToArray())]);
        if (classes.Count > byte.MaxValue + 1) throw TooMany($"{classes.Count} classes of releases");
        if (histories.Count * classes.Count > ushort.MaxValue) throw TooMany($"{histories.Count} histories of {classes.Count} classes");

        var text = string.Concat(entries.Select(entry => entry.Capability));
        var blob = new List<byte>();
        U32(blob, Magic);
        foreach (var count in new[] { NumbersPerAbi, names.Length, classes.Count, histories.Count * classes.Count, entries.Count, text.Length }) U16(blob, count);
        var textAt = 0;
        foreach (var entry in entries)
        {
            blob.Add(entry.Code);
            blob.Add(entry.Event ? (byte)1 : (byte)0);
            U16(blob, entry.Errno);
            U16(blob, textAt);
            U16(blob, entry.Capability.Length);
            textAt += entry.Capability.Length;
        }
        foreach (var kind in classOf) blob.Add((byte)kind);
        foreach (var kind in historyOf) U16(blob, kind * classes.Count);
        foreach (var at in histories) blob.AddRange(classes.Select(release => dense[at][release]));
        blob.AddRange(Encoding.ASCII.GetBytes(text));
        return [.. blob];
    }

    // Code by (ABI, number) and release.
    static byte[][] Expand(CsvFile levels, string[] releases, List<Entry> entries)
    {
        int abiAt = levels.Column("abi"), nrAt = levels.Column("nr"), sinceAt = levels.Column("since"), levelAt = levels.Column("level");
        int errnoAt = levels.Column("errno"), capabilityAt = levels.Column("capability"), eventAt = levels.Column("event");
        var dense = Enumerable.Range(0, SlotCount).Select(_ => new byte[releases.Length]).ToArray();
        for (var i = 0; i < levels.Rows.Count; i++)
        {
            var row = levels.Rows[i];
            var since = Array.IndexOf(releases, row[sinceAt]);
            var errno = default(Errno);
            if (!AbiNames.TryParse(row[abiAt], out var abi) || (int)abi >= AbiCount
                || !int.TryParse(row[nrAt], NumberStyles.None, CultureInfo.InvariantCulture, out var nr) || nr >= NumbersPerAbi - 1
                || !SupportLevelNames.TryParse(row[levelAt], out var level) || since < 0 || (row[errnoAt].Length > 0 && !Errno.TryParse(row[errnoAt], out errno)))
            {
                throw new FailureException(new Failure(FailureCode.BadInput, "a level row has an unknown ABI, number, release, level or errno",
                    $"data/gvisor/levels.csv:{i + 2}: \"{string.Join(',', row)}\""));
            }
            var code = CodeOf(new Entry(0, level, row[eventAt] == "yes", errno.Value, row[capabilityAt]), entries);
            dense[SlotOf(abi, new Nr(nr))].AsSpan(since).Fill(code);
        }
        return dense;
    }

    static byte CodeOf(Entry wanted, List<Entry> entries)
    {
        var known = entries.FindIndex(entry => entry with { Code = 0 } == wanted);
        if (known >= 0) return entries[known].Code;
        var variant = entries.Count(entry => entry.Level == wanted.Level);
        if (variant > byte.MaxValue >> LevelBits) throw TooMany($"more than {variant} entries of level '{wanted.Level.Name()}'");
        var code = (byte)((variant << LevelBits) | (int)wanted.Level);
        entries.Add(wanted with { Code = code });
        return code;
    }

    // For each sequence the number of its kind, and for each kind where it first occurs.
    static (int[] KindOf, List<int> Kinds) Distinct(byte[][] sequences)
    {
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        var first = new List<int>();
        var kindOf = new int[sequences.Length];
        for (var i = 0; i < sequences.Length; i++)
        {
            var key = Convert.ToHexString(sequences[i]);
            if (!kinds.TryGetValue(key, out var kind))
            {
                kinds[key] = kind = first.Count;
                first.Add(i);
            }
            kindOf[i] = kind;
        }
        return (kindOf, first);
    }

    static FailureException TooMany(string what) =>
        new(new Failure(FailureCode.BadInput, $"{what} do not fit into the layout", BlobName, "widen it: src/SyscallProbe.Core/Matrix/LevelTable.cs"));

    static void U16(List<byte> to, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        to.AddRange(bytes);
    }

    static void U32(List<byte> to, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        to.AddRange(bytes);
    }

    readonly record struct Entry(byte Code, SupportLevel Level, bool Event, int Errno, string Capability);
}
