using System.Buffers.Binary;
using System.Text;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Names of functions in an ELF file by offset in the file. 64-bit little-endian files only: others have no names.</summary>
/// <remarks>Source: the System V ABI, chapters 4 and 5. The file is the workload's: whatever is in it, reading ends, and what makes no sense has no names.</remarks>
sealed class ElfSymbols
{
    const int LargestSection = 256 << 20, MostSections = 4096;
    const int ShtSymtab = 2, ShtDynsym = 11, SttFunc = 2, SttGnuIfunc = 10, PtLoad = 1, SymbolBytes = 24, SectionBytes = 64, SegmentBytes = 56;

    readonly List<(ulong Offset, ulong Address, ulong Bytes)> _segments = [];
    readonly List<(ulong Address, ulong Bytes, string Name)> _symbols = [];

    /// <summary>Reads the symbols of a file; none where it is no such file.</summary>
    public static ElfSymbols Read(Stream file)
    {
        var symbols = new ElfSymbols();
        try
        {
            symbols.ReadFrom(file);
        }
        catch (Exception e) when (e is IOException or ArgumentException or OverflowException)
        {
            symbols._symbols.Clear();
        }
        return symbols;
    }

    /// <summary>The function that has the byte at an offset of the file, with its start; null where no symbol covers it.</summary>
    public (string Name, ulong Start)? Find(ulong fileOffset)
    {
        foreach (var (offset, address, bytes) in _segments)
        {
            if (fileOffset < offset || fileOffset - offset >= bytes) continue;
            var wanted = fileOffset - offset + address;
            var (low, high) = (0, _symbols.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_symbols[middle].Address <= wanted) low = middle + 1;
                else high = middle;
            }
            if (low == 0 || wanted - _symbols[low - 1].Address >= _symbols[low - 1].Bytes) return null;
            // Of aliases the first by name, so that it is always the same.
            var at = low - 1;
            while (at > 0 && _symbols[at - 1].Address == _symbols[at].Address && _symbols[at - 1].Bytes == _symbols[at].Bytes) at--;
            return (_symbols[at].Name, _symbols[at].Address - address + offset);
        }
        return null;
    }

    void ReadFrom(Stream file)
    {
        var header = Take(file, 0, 64);
        if (!header.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8)) return;
        var segments = Take(file, U64(header, 32), U16(header, 56) * SegmentBytes);
        for (var at = 0; at < segments.Length; at += SegmentBytes)
        {
            if (U32(segments, at) == PtLoad) _segments.Add((U64(segments, at + 8), U64(segments, at + 16), U64(segments, at + 32)));
        }
        var sections = Take(file, U64(header, 40), Math.Min(U16(header, 60), MostSections) * SectionBytes);
        // The table of symbols has all that the dynamic one has; a stripped file has the dynamic one alone.
        foreach (var wanted in (ReadOnlySpan<int>)[ShtSymtab, ShtDynsym])
        {
            for (var at = 0; at < sections.Length; at += SectionBytes)
            {
                if (U32(sections, at + 4) == wanted) AddSymbols(file, sections, at);
            }
            if (_symbols.Count > 0) break;
        }
        _symbols.Sort((a, b) => a.Address != b.Address ? a.Address.CompareTo(b.Address) : a.Bytes != b.Bytes ? a.Bytes.CompareTo(b.Bytes) : string.CompareOrdinal(a.Name, b.Name));
    }

    void AddSymbols(Stream file, byte[] sections, int section)
    {
        var link = checked((int)U32(sections, section + 40) * SectionBytes);
        if (link + SectionBytes > sections.Length) return;
        var table = Take(file, U64(sections, section + 24), checked((int)U64(sections, section + 32)));
        var names = Take(file, U64(sections, link + 24), checked((int)U64(sections, link + 32)));
        for (var at = 0; at + SymbolBytes <= table.Length; at += SymbolBytes)
        {
            var (name, bytes) = (U32(table, at), U64(table, at + 16));
            if ((table[at + 4] & 15) is not (SttFunc or SttGnuIfunc) || U16(table, at + 6) == 0 || bytes == 0 || name >= names.Length) continue;
            var text = names.AsSpan((int)name);
            var end = text.IndexOf((byte)0);
            if (end > 0) _symbols.Add((U64(table, at + 8), bytes, Encoding.UTF8.GetString(text[..end])));
        }
    }

    static byte[] Take(Stream file, ulong offset, int bytes)
    {
        if (bytes is < 0 or > LargestSection || offset > (ulong)file.Length || (ulong)bytes > (ulong)file.Length - offset) throw new EndOfStreamException();
        var result = new byte[bytes];
        file.Position = (long)offset;
        file.ReadExactly(result);
        return result;
    }

    static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
}
