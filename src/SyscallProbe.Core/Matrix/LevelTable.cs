using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SyscallProbe.Matrix;

/// <summary>The layout of the blob <c>gvisor/levels.table</c>, and what makes it: every (ABI, number, release) in two look-ups.</summary>
/// <remarks>
/// <code>
/// header     "GVL1" | u16 numbers per ABI | u16 releases | u16 classes | u16 histories | u16 cells | u16 bytes of text
/// cells      per cell: u8 level | u8 event | u16 errno | u16 offset of the capability in the text | u16 its length
/// classes    u8 per release: releases with the same levels throughout share a class
/// ids        u8 per (ABI, number): numbers with the same levels throughout share a history
/// histories  per history, u8 per class: the cell
/// text       names of capabilities, UTF-8
/// </code>
/// Numbers are little-endian. Cell 0 is <see cref="SupportLevel.Undefined"/>, and so is what no row speaks of. <see cref="GvisorLevels"/> reads it.
/// </remarks>
static class LevelTable
{
    /// <summary>Name of the blob in the image.</summary>
    public const string BlobName = "gvisor/levels.table";

    public const uint Magic = 0x314C5647; // "GVL1"
    public const int HeaderLength = 16;
    public const int CellLength = 8;
    public const int AbiCount = 2;
    public const int NumbersPerAbi = Upstream.SyscallTable.NumberLimit;

    /// <summary>Makes the blob from the rows of <c>gvisor/releases.csv</c> and <c>gvisor/levels.csv</c>.</summary>
    /// <exception cref="FailureException">A row is not understood; or there are more kinds than a byte can count.</exception>
    public static byte[] Pack(CsvFile releases, CsvFile levels)
    {
        var names = releases.Rows.Select(row => row[releases.Column("release")]).ToArray();
        var cells = new List<Cell> { new(SupportLevel.Undefined, true, Errno.ENOSYS.Value, "") };
        var dense = Expand(levels, names, cells);

        var columns = Enumerable.Range(0, names.Length).Select(release => dense.Select(history => history[release]).ToArray()).ToArray();
        var (classOf, classes) = Distinct(columns);
        var (historyOf, histories) = Distinct([.. dense.Select(history => classes.Select(at => history[at]).ToArray())]);
        RequireByte(cells.Count, "cells");
        RequireByte(classes.Count, "classes of releases");
        RequireByte(histories.Count, "histories");

        var text = string.Concat(cells.Select(cell => cell.Capability));
        var blob = new List<byte>();
        U32(blob, Magic);
        foreach (var count in new[] { NumbersPerAbi, names.Length, classes.Count, histories.Count, cells.Count, text.Length }) U16(blob, count);
        var textAt = 0;
        foreach (var cell in cells)
        {
            blob.Add((byte)cell.Level);
            blob.Add(cell.Event ? (byte)1 : (byte)0);
            U16(blob, cell.Errno);
            U16(blob, textAt);
            U16(blob, cell.Capability.Length);
            textAt += cell.Capability.Length;
        }
        blob.AddRange(classOf);
        blob.AddRange(historyOf);
        foreach (var at in histories) blob.AddRange(classes.Select(release => dense[at][release]));
        blob.AddRange(Encoding.ASCII.GetBytes(text));
        return [.. blob];
    }

    // Cell index by (ABI, number) and release.
    static byte[][] Expand(CsvFile levels, string[] releases, List<Cell> cells)
    {
        int abiAt = levels.Column("abi"), nrAt = levels.Column("nr"), sinceAt = levels.Column("since"), levelAt = levels.Column("level");
        int errnoAt = levels.Column("errno"), capabilityAt = levels.Column("capability"), eventAt = levels.Column("event");
        var dense = Enumerable.Range(0, AbiCount * NumbersPerAbi).Select(_ => new byte[releases.Length]).ToArray();
        for (var i = 0; i < levels.Rows.Count; i++)
        {
            var row = levels.Rows[i];
            var since = Array.IndexOf(releases, row[sinceAt]);
            var errno = default(Errno);
            if (!AbiNames.TryParse(row[abiAt], out var abi) || (int)abi >= AbiCount
                || !int.TryParse(row[nrAt], NumberStyles.None, CultureInfo.InvariantCulture, out var nr) || nr >= NumbersPerAbi
                || !SupportLevelNames.TryParse(row[levelAt], out var level) || since < 0 || (row[errnoAt].Length > 0 && !Errno.TryParse(row[errnoAt], out errno)))
            {
                throw new FailureException(new Failure(FailureCode.BadInput, "a level row has an unknown ABI, number, release, level or errno",
                    $"data/gvisor/levels.csv:{i + 2}: \"{string.Join(',', row)}\""));
            }
            var cell = new Cell(level, row[eventAt] == "yes", errno.Value, row[capabilityAt]);
            var index = cells.IndexOf(cell);
            if (index < 0)
            {
                index = cells.Count;
                cells.Add(cell);
            }
            dense[(int)abi * NumbersPerAbi + nr].AsSpan(since).Fill(checked((byte)index));
        }
        return dense;
    }

    // For each sequence the number of its kind, and for each kind where it first occurs.
    static (byte[] KindOf, List<int> Kinds) Distinct(byte[][] sequences)
    {
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        var first = new List<int>();
        var kindOf = new byte[sequences.Length];
        for (var i = 0; i < sequences.Length; i++)
        {
            var key = Convert.ToHexString(sequences[i]);
            if (!kinds.TryGetValue(key, out var kind))
            {
                kinds[key] = kind = first.Count;
                first.Add(i);
            }
            kindOf[i] = unchecked((byte)kind);
        }
        return (kindOf, first);
    }

    static void RequireByte(int count, string what)
    {
        if (count > byte.MaxValue + 1) throw new FailureException(new Failure(FailureCode.BadInput, $"{count} {what} do not fit into a byte", BlobName, "widen its layout"));
    }

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

    readonly record struct Cell(SupportLevel Level, bool Event, int Errno, string Capability);
}
