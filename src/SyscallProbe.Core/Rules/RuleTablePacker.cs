using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>Makes the packed rule table from the CSV files of an image; every row that is not understood is named.</summary>
/// <remarks>The image must have all other data already: releases, syscalls, key arguments, constants, capabilities.</remarks>
static class RuleTablePacker
{
    /// <exception cref="FailureException">Rows are wrong; up to 20 are named with file, line and reason.</exception>
    public static byte[] Pack(PackedImage image)
    {
        var names = image.TableNames.Where(name => name.StartsWith(RuleTable.CsvPrefix, StringComparison.Ordinal)).ToArray();
        var rows = new RuleCsvReader(image);
        var parsed = names.SelectMany((name, table) => rows.Read(image.Table(name), table)).ToList();
        rows.RequireDistinctOrders(parsed);
        rows.ThrowIfWrong();

        parsed.Sort((a, b) => (a.Syscall, a.Record.Order, a.Record.Since).CompareTo((b.Syscall, b.Record.Order, b.Record.Since)));
        var syscalls = parsed.Select(row => row.Syscall).Distinct().ToList();
        var configurations = parsed.Select(row => row.Configuration).Where(text => text.Length > 0).Distinct().ToList();
        var terms = new TermPool();
        var records = parsed.Select(row => row.Record with
        {
            TermsAmd64 = terms.Add(row.Amd64),
            TermsArm64 = terms.Add(row.Arm64),
            TermCount = checked((byte)row.Amd64.Length),
            Syscall = checked((ushort)syscalls.IndexOf(row.Syscall)),
            Configuration = checked((byte)(configurations.IndexOf(row.Configuration) + 1)),
        }).ToArray();
        return Write(syscalls, records, parsed, new GvisorReleases(image).All.Length, terms.Terms, [.. configurations.Select(text => parsed.FindIndex(row => row.Configuration == text))]);
    }

    static byte[] Write(List<string> syscalls, RuleRecord[] records, List<RuleRow> rows, int releases, IReadOnlyList<Term> terms, int[] configurations)
    {
        var dispatch = new RuleDispatchPacker(releases);
        foreach (var termsOf in new Func<RuleRow, Term[]>[] { row => row.Amd64, row => row.Arm64 })
        {
            for (var (first, next) = (0, 0); first < records.Length; first = next)
            {
                while (next < records.Length && records[next].Syscall == records[first].Syscall) next++;
                dispatch.Add(first, [.. Enumerable.Range(first, next - first).Select(i => (records[i], termsOf(rows[i])))]);
            }
        }

        var blob = new MemoryStream();
        foreach (var count in new[] { records.Length, terms.Count, syscalls.Count, configurations.Length, dispatch.Buckets.Count, dispatch.Segments.Count, dispatch.Entries.Count }) U32(blob, count);
        foreach (var abi in new[] { Abi.Amd64, Abi.Arm64 })
        {
            for (var nr = 0; nr < RuleTable.Numbers; nr++)
            {
                var name = Syscalls.NameOf(abi, new Nr(nr));
                U16(blob, checked((ushort)(name is null ? 0 : syscalls.IndexOf(name) + 1)));
            }
        }
        for (var i = 0; i <= syscalls.Count; i++) U32(blob, records.Count(record => record.Syscall < i));
        blob.Write(MemoryMarshal.AsBytes<RuleRecord>(records));
        blob.Write(MemoryMarshal.AsBytes<Term>(terms.ToArray()));
        foreach (var rule in configurations) U32(blob, rule);
        blob.Write(MemoryMarshal.AsBytes<RuleDispatch>(dispatch.Dispatches.ToArray()));
        blob.Write(MemoryMarshal.AsBytes<RuleBucket>(dispatch.Buckets.ToArray()));
        blob.Write(MemoryMarshal.AsBytes<RuleSegment>(dispatch.Segments.ToArray()));
        blob.Write(MemoryMarshal.AsBytes<ushort>(dispatch.Entries.ToArray()));
        return blob.ToArray();
    }

    static void U16(Stream to, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        to.Write(bytes);
    }

    static void U32(Stream to, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        to.Write(bytes);
    }

    // Rows share terms: most conditions occur in several releases' rows.
    sealed class TermPool
    {
        readonly Dictionary<string, ushort> _starts = new(StringComparer.Ordinal);

        public List<Term> Terms { get; } = [];

        public ushort Add(Term[] terms)
        {
            if (terms.Length == 0) return 0;
            var key = string.Join(';', terms);
            if (_starts.TryGetValue(key, out var start)) return start;
            start = checked((ushort)Terms.Count);
            Terms.AddRange(terms);
            _starts[key] = start;
            return start;
        }
    }
}
