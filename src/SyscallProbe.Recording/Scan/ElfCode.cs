using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Scan;

/// <summary>A piece of machine code in a file.</summary>
/// <param name="Offset">In the file.</param>
/// <param name="Address">As the file is linked.</param>
readonly record struct CodeRange(ulong Offset, ulong Address, ulong Bytes);

/// <summary>A function that other files can call.</summary>
readonly record struct ExportedFunction(string Name, ulong Address, ulong Bytes);

/// <summary>What an ELF file of a 64-bit ABI says of its code: where it is, what it calls in other files and what others can call in it.</summary>
/// <remarks>Source: the System V ABI, chapters 4 and 5. The file is the workload's: whatever is in it, reading ends, takes bounded memory and never runs over its end.</remarks>
sealed class ElfCode
{
    const int LargestTable = 64 << 20, MostTableBytes = 256 << 20, MostSections = 4096, MostSegments = 256, LongestName = 512;
    const int SectionBytes = 64, SegmentBytes = 56, SymbolBytes = 24, RelocationBytes = 24, DynamicBytes = 16;
    const int ShtRela = 4, ShtDynamic = 6, ShtDynsym = 11, ShfExecinstr = 4, PtLoad = 1, PtInterp = 3, PfExecute = 1;
    const int SttFunc = 2, SttGnuIfunc = 10, DtNeeded = 1, DtSoname = 14, DtRpath = 15, DtRunpath = 29, EtExec = 2, EmAmd64 = 62, EmArm64 = 183;

    readonly SafeFileHandle _file;
    readonly ulong _length;
    long _budget = MostTableBytes;
    bool _hasName;

    ElfCode(SafeFileHandle file)
    {
        _file = file;
        _length = (ulong)RandomAccess.GetLength(file);
    }

    public Abi Abi { get; private set; }

    /// <summary>Whether it is a program, and no library.</summary>
    public bool IsProgram { get; private set; }

    /// <summary>By address; those of the sections of code, or the segments where the file has no sections.</summary>
    public ImmutableArray<CodeRange> Code { get; private set; } = [];

    /// <summary>Functions that it gives to other files, by address.</summary>
    public ImmutableArray<ExportedFunction> Exports { get; private set; } = [];

    /// <summary>Names of functions that it takes from other files.</summary>
    public ImmutableHashSet<string> Imports { get; private set; } = [];

    /// <summary>Addresses of pointers that the loader fills in with functions of other files, by address, with the function's name.</summary>
    public ImmutableDictionary<ulong, string> Slots { get; private set; } = ImmutableDictionary<ulong, string>.Empty;

    /// <summary>Names of the libraries that it wants.</summary>
    public ImmutableArray<string> Needed { get; private set; } = [];

    /// <summary>Folders in which its libraries are looked for first; <c>$ORIGIN</c> is its own.</summary>
    public ImmutableArray<string> SearchPath { get; private set; } = [];

    /// <summary>Path of its loader; null where it has none.</summary>
    public string? Interpreter { get; private set; }

    /// <summary>Reads a file; null where it is no ELF file of a 64-bit ABI, or makes no sense.</summary>
    public static ElfCode? Read(SafeFileHandle file)
    {
        try
        {
            var code = new ElfCode(file);
            return code.ReadFrom() ? code : null;
        }
        catch (Exception e) when (e is IOException or ArgumentException or OverflowException or NotSupportedException)
        {
            return null;
        }
    }

    bool ReadFrom()
    {
        var header = Take(0, 64);
        if (!header.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8)) return false;
        switch (U16(header, 18))
        {
            case EmAmd64: Abi = Abi.Amd64; break;
            case EmArm64: Abi = Abi.Arm64; break;
            default: return false;
        }
        var segments = Take(U64(header, 32), Math.Min(U16(header, 56), MostSegments) * SegmentBytes);
        var sections = U64(header, 40) == 0 ? [] : Take(U64(header, 40), Math.Min(U16(header, 60), MostSections) * SectionBytes);
        for (var at = 0; at < segments.Length; at += SegmentBytes)
        {
            if (U32(segments, at) == PtInterp) Interpreter = TextAt(Take(U64(segments, at + 8), (int)Math.Min(U64(segments, at + 32), LongestName)), 0);
        }
        Code = CodeOf(segments, sections);
        for (var at = 0; at < sections.Length; at += SectionBytes)
        {
            switch (U32(sections, at + 4))
            {
                case ShtDynsym:
                    AddDynamicSymbols(sections, at);
                    break;
                case ShtDynamic:
                    AddDynamic(sections, at);
                    break;
            }
        }
        // A C library has a loader as well, so that it can print its version.
        IsProgram = U16(header, 16) == EtExec || (Interpreter is not null && !_hasName);
        return true;
    }

    ImmutableArray<CodeRange> CodeOf(byte[] segments, byte[] sections)
    {
        var ranges = new List<CodeRange>();
        for (var at = 0; at < sections.Length; at += SectionBytes)
        {
            if ((U64(sections, at + 8) & ShfExecinstr) != 0) Add(ranges, U64(sections, at + 24), U64(sections, at + 16), U64(sections, at + 32));
        }
        for (var at = 0; at < segments.Length && ranges.Count == 0; at += SegmentBytes)
        {
            if (U32(segments, at) == PtLoad && (U32(segments, at + 4) & PfExecute) != 0) Add(ranges, U64(segments, at + 8), U64(segments, at + 16), U64(segments, at + 32));
        }
        return [.. ranges.OrderBy(range => range.Address)];
    }

    void Add(List<CodeRange> ranges, ulong offset, ulong address, ulong bytes)
    {
        // Sections without bytes in the file, and such as make no sense, have no code; nor do those that are there more than once.
        var known = ranges.Aggregate(0UL, (sum, range) => sum + range.Bytes);
        if (bytes > 0 && known < _length && offset < _length && bytes <= _length - offset && address <= ulong.MaxValue - bytes) ranges.Add(new CodeRange(offset, address, bytes));
    }

    void AddDynamicSymbols(byte[] sections, int section)
    {
        Exports = [.. SymbolsOf(sections, section, isDefined: true).OrderBy(symbol => symbol.Address).ThenBy(symbol => symbol.Name, StringComparer.Ordinal)];
        Imports = [.. SymbolsOf(sections, section, isDefined: false).Select(symbol => symbol.Name)];
        var names = NamesBySymbol(sections, section);
        var slots = ImmutableDictionary.CreateBuilder<ulong, string>();
        for (var at = 0; at < sections.Length; at += SectionBytes)
        {
            if (U32(sections, at + 4) != ShtRela || U32(sections, at + 40) != section / SectionBytes) continue;
            var table = Table(sections, at);
            for (var entry = 0; entry + RelocationBytes <= table.Length; entry += RelocationBytes)
            {
                if (names.TryGetValue((uint)(U64(table, entry + 8) >> 32), out var name)) slots[U64(table, entry)] = name;
            }
        }
        Slots = slots.ToImmutable();
    }

    // Names of undefined functions by index.
    Dictionary<uint, string> NamesBySymbol(byte[] sections, int section)
    {
        var (symbols, names) = (Table(sections, section), LinkedTable(sections, section));
        var result = new Dictionary<uint, string>();
        for (var at = 0; at + SymbolBytes <= symbols.Length; at += SymbolBytes)
        {
            if (U16(symbols, at + 6) == 0 && U32(symbols, at) != 0) result[(uint)(at / SymbolBytes)] = TextAt(names, U32(symbols, at));
        }
        return result;
    }

    IEnumerable<ExportedFunction> SymbolsOf(byte[] sections, int section, bool isDefined)
    {
        var (symbols, names) = (Table(sections, section), LinkedTable(sections, section));
        for (var at = 0; at + SymbolBytes <= symbols.Length; at += SymbolBytes)
        {
            if (U16(symbols, at + 6) != 0 != isDefined || (isDefined && (symbols[at + 4] & 15) is not (SttFunc or SttGnuIfunc))) continue;
            var name = TextAt(names, U32(symbols, at));
            if (name.Length > 0) yield return new ExportedFunction(name, U64(symbols, at + 8), U64(symbols, at + 16));
        }
    }

    void AddDynamic(byte[] sections, int section)
    {
        var (table, names) = (Table(sections, section), LinkedTable(sections, section));
        var (needed, search) = (new List<string>(), new List<string>());
        for (var at = 0; at + DynamicBytes <= table.Length; at += DynamicBytes)
        {
            var text = U64(table, at + 8) < (ulong)names.Length ? TextAt(names, (uint)U64(table, at + 8)) : "";
            if (U64(table, at) == DtNeeded && text.Length > 0) needed.Add(text);
            _hasName |= U64(table, at) == DtSoname;
            if (U64(table, at) is DtRunpath or DtRpath) search.AddRange(text.Split(':', StringSplitOptions.RemoveEmptyEntries));
        }
        (Needed, SearchPath) = ([.. needed], [.. search]);
    }

    byte[] Table(byte[] sections, int at) => Take(U64(sections, at + 24), checked((int)U64(sections, at + 32)));

    byte[] LinkedTable(byte[] sections, int at)
    {
        var link = (ulong)U32(sections, at + 40) * SectionBytes;
        return link + SectionBytes > (ulong)sections.Length ? [] : Table(sections, (int)link);
    }

    byte[] Take(ulong offset, int bytes)
    {
        if (bytes is < 0 or > LargestTable || offset > _length || (ulong)bytes > _length - offset || (_budget -= bytes) < 0) throw new EndOfStreamException();
        var result = new byte[bytes];
        return CodeReader.Read(_file, result, offset) == bytes ? result : throw new EndOfStreamException();
    }

    static string TextAt(byte[] names, uint at)
    {
        if (at >= names.Length) return "";
        var text = names.AsSpan((int)at, (int)Math.Min(LongestName, names.Length - at));
        var end = text.IndexOf((byte)0);
        return end < 0 ? "" : Encoding.UTF8.GetString(text[..end]);
    }

    static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
}
