using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>The cells of a rule that are text, and what it predicts when it alone decides.</summary>
sealed record RuleTexts(string Path, Prediction Certain)
{
    public Outcome Outcome => Certain.Possible[0];
}

/// <summary>All of gVisor's rules, read in place from the packed image.</summary>
/// <remarks>
/// <code>
/// u32 rules | u32 terms | u32 syscalls | u32 configurations | u32 buckets | u32 segments | u32 entries
/// u16 ordinal[2][512]        of a syscall by number, amd64 then arm64, plus one; 0 where it has no rules
/// u32 first[syscalls + 1]    first rule of each syscall
/// rules                      by syscall, order, since (<see cref="RuleRecord"/>)
/// terms                      (<see cref="Term"/>)
/// u32 rule[configurations]   a rule that has the configuration, whose cell in the CSV is its text
/// dispatches[2][syscalls]    where each syscall's rules are by the values of arguments (<see cref="RuleDispatch"/>), amd64 then arm64
/// buckets                    (<see cref="RuleBucket"/>)
/// segments                   (<see cref="RuleSegment"/>)
/// u16 entries                positions of rules, in lists
/// </code>
/// Opening checks every index once; a damaged table is refused.
/// </remarks>
sealed class RuleTable
{
    public const string BlobName = "gvisor/rules.table";
    public const string CsvPrefix = "gvisor/rules/";
    public const int Numbers = 512;

    // Far more than there will ever be, and few enough that no sum of lengths overflows.
    const int MostOfAnything = 1 << 20, MostBucketBits = 20;

    const int HeaderLength = 28;

    readonly PackedBytes _blob;
    readonly PackedTable[] _csv;
    readonly int _syscalls, _rulesAt, _termsAt, _dispatchAt, _bucketsAt, _segmentsAt, _entriesAt;
    readonly int _firstAt = HeaderLength + 2 * Numbers * sizeof(ushort);
    readonly RuleTexts?[] _texts; // by rule, made when first asked for; a race makes equal ones

    public RuleTable(PackedImage image)
        : this(image, image.Blob(BlobName))
    {
    }

    /// <param name="image">Has the CSV files that <paramref name="blob"/> was made from.</param>
    internal RuleTable(PackedImage image, PackedBytes blob)
    {
        _blob = blob;
        _csv = [.. image.TableNames.Where(name => name.StartsWith(CsvPrefix, StringComparison.Ordinal)).Select(image.Table)];
        var bytes = Bytes;
        if (bytes.Length < HeaderLength) throw Damaged();
        int Count(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes[at..]) is <= MostOfAnything and var count ? (int)count : throw Damaged();
        var (rules, terms, syscalls, configurations, buckets, segments, entries) = (Count(0), Count(4), Count(8), Count(12), Count(16), Count(20), Count(24));
        _rulesAt = _firstAt + (syscalls + 1) * sizeof(uint);
        _termsAt = _rulesAt + rules * RuleRecord.Length;
        var configurationsAt = _termsAt + terms * Term.Length;
        _dispatchAt = configurationsAt + configurations * sizeof(uint);
        _bucketsAt = _dispatchAt + 2 * syscalls * RuleDispatch.Length;
        _segmentsAt = _bucketsAt + buckets * RuleBucket.Length;
        _entriesAt = _segmentsAt + segments * RuleSegment.Length;
        if (rules > ushort.MaxValue || terms > ushort.MaxValue || configurations > byte.MaxValue || _entriesAt + entries * sizeof(ushort) != bytes.Length) throw Damaged();
        (RuleCount, _syscalls) = (rules, syscalls);
        Check(syscalls, terms, configurations);
        CheckDispatch();
        _texts = new RuleTexts?[RuleCount];
        Configurations = [.. Enumerable.Range(0, configurations).Select(i => ReadConfiguration((int)BinaryPrimitives.ReadUInt32LittleEndian(Bytes[(configurationsAt + i * sizeof(uint))..])))];
    }

    public int RuleCount { get; }

    /// <summary>The conditions on runsc's flags, by <see cref="RuleRecord.Configuration"/> less one.</summary>
    public ImmutableArray<FlagTerms> Configurations { get; }

    public ReadOnlySpan<RuleRecord> Rules => _blob.Many<RuleRecord>(_rulesAt, RuleCount);

    /// <summary>The rules of a syscall as positions in <see cref="Rules"/>; empty when it has none, or the ABI is foreign.</summary>
    public Range RulesOf(Abi abi, Nr nr) => OrdinalOf(abi, nr) is > 0 and var ordinal ? First(ordinal - 1)..First(ordinal) : default;

    /// <summary>The rules that may hold for a call at some release as positions in <see cref="Rules"/>, in their order: no other one of its syscall does.</summary>
    public ReadOnlySpan<ushort> RulesFor(Call call)
    {
        if (OrdinalOf(call.Abi, call.Nr) is not (> 0 and var ordinal)) return [];
        var list = ListOf(call, ordinal);
        return Entries.Slice((int)list.First, list.Count);
    }

    /// <summary>Those of them that are in force at a release.</summary>
    public ReadOnlySpan<ushort> RulesFor(Call call, Release release)
    {
        if (OrdinalOf(call.Abi, call.Nr) is not (> 0 and var ordinal)) return [];
        var list = ListOf(call, ordinal);
        if (list.SegmentCount == 0) return [];
        // Without a jump: which run a release is in is not foreseeable.
        var run = 0;
        for (var i = 1; i < list.SegmentCount; i++) run += _blob.At<RuleSegment>(_segmentsAt + ((int)list.Segments + i) * RuleSegment.Length).Since <= release.Index ? 1 : 0;
        ref readonly var segment = ref _blob.At<RuleSegment>(_segmentsAt + ((int)list.Segments + run) * RuleSegment.Length);
        return _blob.Many<ushort>(_entriesAt + (int)segment.First * sizeof(ushort), segment.Count);
    }

    // The constructor has checked every index in the dispatch.
    RuleList ListOf(Call call, int ordinal)
    {
        ref readonly var dispatch = ref _blob.At<RuleDispatch>(_dispatchAt + ((int)call.Abi * _syscalls + ordinal - 1) * RuleDispatch.Length);
        if (!call.Knows(dispatch.Slot) || !call.Knows(dispatch.SecondSlot)) return dispatch.All;
        var (first, second) = (call[dispatch.Slot], call[dispatch.SecondSlot]);
        ref readonly var bucket = ref _blob.At<RuleBucket>(_bucketsAt + (int)dispatch.BucketOf(first, second) * RuleBucket.Length);
        return bucket.First == first && bucket.Second == second && bucket.List.Count > 0 ? bucket.List : dispatch.Others;
    }

    int OrdinalOf(Abi abi, Nr nr) => abi > Abi.Arm64 || (uint)nr.Value >= Numbers
        ? 0 : _blob.UncheckedU16(HeaderLength / sizeof(ushort) + (int)abi * Numbers + nr.Value);

    ReadOnlySpan<RuleDispatch> Dispatches => MemoryMarshal.Cast<byte, RuleDispatch>(Bytes[_dispatchAt.._bucketsAt]);

    ReadOnlySpan<RuleBucket> Buckets => MemoryMarshal.Cast<byte, RuleBucket>(Bytes[_bucketsAt.._segmentsAt]);

    ReadOnlySpan<RuleSegment> Segments => MemoryMarshal.Cast<byte, RuleSegment>(Bytes[_segmentsAt.._entriesAt]);

    ReadOnlySpan<ushort> Entries => MemoryMarshal.Cast<byte, ushort>(Bytes[_entriesAt..]);

    public ReadOnlySpan<Term> TermsOf(in RuleRecord rule, Abi abi) =>
        _blob.Many<Term>(_termsAt + (abi == Abi.Arm64 ? rule.TermsArm64 : rule.TermsAmd64) * Term.Length, rule.TermCount);

    /// <summary>What a rule has in words, by its position in <see cref="Rules"/>. Allocates only the first time.</summary>
    public RuleTexts TextsOf(int index) => _texts[index] ??= Read(Rules[index]);

    /// <summary>Where a rule stands in <c>data/</c>: file and line.</summary>
    public string PlaceOf(int index) => $"data/{_csv[Rules[index].Table].Name}.csv:{Rules[index].Row + 2}";

    RuleTexts Read(in RuleRecord rule)
    {
        var (csv, row) = (_csv[rule.Table], rule.Row);
        string Cell(string column) => csv.Text(row, csv.Column(column));
        var outcome = new Outcome(rule.Kind, rule.Errno == 0 ? null : new Errno(rule.Errno),
            Optional(Cell("condition")), Optional(Cell("effect")), Optional(Cell("rule")), $"{Cell("source")}:{Cell("symbol")}");
        return new RuleTexts(Cell("path"), new Prediction(outcome));
    }

    FlagTerms ReadConfiguration(int rule)
    {
        if ((uint)rule >= (uint)RuleCount) throw Damaged();
        var csv = _csv[Rules[rule].Table];
        return new FlagTerms(csv.Text(Rules[rule].Row, csv.Column("configuration")));
    }

    static string? Optional(string cell) => cell.Length == 0 ? null : cell;

    ReadOnlySpan<byte> Bytes => _blob.Span;

    int First(int syscall) => (int)BinaryPrimitives.ReadUInt32LittleEndian(Bytes[(_firstAt + syscall * sizeof(uint))..]);

    void Check(int syscalls, int terms, int configurations)
    {
        for (var i = 0; i < 2 * Numbers; i++)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(Bytes[(HeaderLength + i * sizeof(ushort))..]) > syscalls) throw Damaged();
        }
        for (var i = 0; i <= syscalls; i++)
        {
            if ((uint)First(i) > RuleCount || (i > 0 && First(i) < First(i - 1))) throw Damaged();
        }
        foreach (ref readonly var rule in Rules)
        {
            if (Math.Max(rule.TermsAmd64, rule.TermsArm64) + rule.TermCount > terms || rule.Table >= _csv.Length || rule.Row >= _csv[rule.Table].RowCount || rule.Configuration > configurations) throw Damaged();
        }
        foreach (ref readonly var term in MemoryMarshal.Cast<byte, Term>(Bytes.Slice(_termsAt, terms * Term.Length)))
        {
            if (term.Slot >= Call.Slots) throw Damaged();
        }
    }

    void CheckDispatch()
    {
        foreach (ref readonly var dispatch in Dispatches)
        {
            if (!IsSlot(dispatch.Slot) || !IsSlot(dispatch.SecondSlot)) throw Damaged();
            if (dispatch.Shift is < 64 - MostBucketBits or > 63 || dispatch.Buckets + (1L << (64 - dispatch.Shift)) > Buckets.Length) throw Damaged();
            CheckList(dispatch.All);
            CheckList(dispatch.Others);
        }
        foreach (ref readonly var bucket in Buckets) CheckList(bucket.List);
        foreach (ref readonly var segment in Segments)
        {
            if ((long)segment.First + segment.Count > Entries.Length) throw Damaged();
        }
        foreach (var rule in Entries)
        {
            if (rule >= RuleCount) throw Damaged();
        }
    }

    void CheckList(RuleList list)
    {
        if ((long)list.First + list.Count > Entries.Length || (long)list.Segments + list.SegmentCount > Segments.Length) throw Damaged();
    }

    static bool IsSlot(byte slot) => slot is < Call.Slots or RuleDispatch.NoSlot;

    static FailureException Damaged() => new(new Failure(FailureCode.BadInput, "the packed rule table is damaged", Fix: "pack it again with `syscallprobe matrix pack`"));
}
