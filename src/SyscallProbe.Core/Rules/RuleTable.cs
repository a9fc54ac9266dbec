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
/// u32 rules | u32 terms | u32 syscalls | u32 configurations
/// u16 ordinal[2][512]        of a syscall by number, amd64 then arm64, plus one; 0 where it has no rules
/// u32 first[syscalls + 1]    first rule of each syscall
/// rules                      by syscall, order, since (<see cref="RuleRecord"/>)
/// terms                      (<see cref="Term"/>)
/// u32 rule[configurations]   a rule that has the configuration, whose cell in the CSV is its text
/// </code>
/// Opening checks every index once; a damaged table is refused.
/// </remarks>
sealed class RuleTable
{
    public const string BlobName = "gvisor/rules.table";
    public const string CsvPrefix = "gvisor/rules/";
    public const int Numbers = 512;

    const int HeaderLength = 16;

    readonly PackedBytes _blob;
    readonly PackedTable[] _csv;
    readonly int _firstAt, _rulesAt, _termsAt;
    readonly RuleTexts?[] _texts; // by rule, made when first asked for; a race makes equal ones

    public RuleTable(PackedImage image)
    {
        _blob = image.Blob(BlobName);
        _csv = [.. image.TableNames.Where(name => name.StartsWith(CsvPrefix, StringComparison.Ordinal)).Select(image.Table)];
        var bytes = Bytes;
        if (bytes.Length < HeaderLength) throw Damaged();
        RuleCount = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var terms = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var syscalls = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var configurations = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        _firstAt = HeaderLength + 2 * Numbers * sizeof(ushort);
        _rulesAt = _firstAt + (syscalls + 1) * sizeof(uint);
        _termsAt = _rulesAt + RuleCount * RuleRecord.Length;
        if ((uint)RuleCount > ushort.MaxValue || (uint)terms > ushort.MaxValue || (uint)syscalls > ushort.MaxValue
            || (uint)configurations > byte.MaxValue || _termsAt + terms * Term.Length + configurations * sizeof(uint) != bytes.Length) throw Damaged();
        Check(syscalls, terms, configurations);
        _texts = new RuleTexts?[RuleCount];
        Configurations = [.. Enumerable.Range(0, configurations).Select(i => ReadConfiguration((int)BinaryPrimitives.ReadUInt32LittleEndian(Bytes[(_termsAt + terms * Term.Length + i * sizeof(uint))..])))];
    }

    public int RuleCount { get; }

    /// <summary>The conditions on runsc's flags, by <see cref="RuleRecord.Configuration"/> less one.</summary>
    public ImmutableArray<FlagTerms> Configurations { get; }

    public ReadOnlySpan<RuleRecord> Rules =>
        MemoryMarshal.Cast<byte, RuleRecord>(Bytes.Slice(_rulesAt, RuleCount * RuleRecord.Length));

    /// <summary>The rules of a syscall as positions in <see cref="Rules"/>; empty when it has none, or the ABI is foreign.</summary>
    public Range RulesOf(Abi abi, Nr nr)
    {
        if (abi > Abi.Arm64 || (uint)nr.Value >= Numbers) return default;
        var ordinal = BinaryPrimitives.ReadUInt16LittleEndian(Bytes[(HeaderLength + ((int)abi * Numbers + nr.Value) * sizeof(ushort))..]);
        return ordinal == 0 ? default : First(ordinal - 1)..First(ordinal);
    }

    public ReadOnlySpan<Term> TermsOf(in RuleRecord rule, Abi abi) =>
        MemoryMarshal.Cast<byte, Term>(Bytes.Slice(_termsAt + (abi == Abi.Arm64 ? rule.TermsArm64 : rule.TermsAmd64) * Term.Length, rule.TermCount * Term.Length));

    /// <summary>What a rule has in words, by its position in <see cref="Rules"/>. Allocates only the first time.</summary>
    public RuleTexts TextsOf(int index) => _texts[index] ??= Read(Rules[index]);

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

    static FailureException Damaged() => new(new Failure(FailureCode.BadInput, "the packed rule table is damaged", Fix: "pack it again with `syscallprobe matrix pack`"));
}
