using System.Collections.Frozen;
using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Benchmarks;

/// <summary>What gVisor of any release does with a call and its arguments, flags on their defaults.</summary>
[MemoryDiagnoser]
public class RuleLookup
{
    readonly (int Call, Release Release)[] _queries = RuleQueries.Random();
    readonly Call[] _calls = [.. RuleQueries.Calls.Select(pair => pair.Call)];
    readonly CallKey[] _keys = [.. RuleQueries.Calls.Select(pair => pair.Key)];
    readonly GvisorHistory _gvisor = new(ImmutableSortedDictionary<string, string>.Empty);
    Dictionary<RuleKey, OutcomeKind> _dictionary = [];
    FrozenDictionary<RuleKey, OutcomeKind> _frozen = FrozenDictionary<RuleKey, OutcomeKind>.Empty;
    RuleInterval[] _rows = [];

    [GlobalSetup(Target = nameof(Dictionary))]
    public void FillDictionary() => _dictionary = new(RuleQueries.Cells(_gvisor));

    [GlobalSetup(Target = nameof(FrozenDictionary))]
    public void FillFrozen() => _frozen = RuleQueries.Cells(_gvisor).ToFrozenDictionary();

    [GlobalSetup(Target = nameof(ArrayOfStructs))]
    public void FillRows() => _rows = RuleQueries.Intervals(_gvisor);

    [GlobalSetup(Target = nameof(SortedIntervals))]
    public void FillSorted() => _rows = [.. RuleQueries.Intervals(_gvisor).OrderBy(row => row, Comparer<RuleInterval>.Create((a, b) => Compare(a, b.Call, b.Since)))];

    [Benchmark(Description = "packed rules", OperationsPerInvoke = RuleQueries.Count)]
    public int PackedRules()
    {
        var (sum, gvisor, calls) = (0, _gvisor, _calls);
        foreach (var (call, release) in _queries) sum += (int)gvisor.Predict(calls[call], release).Possible[0].Kind;
        return sum;
    }

    [Benchmark(Description = "FrozenDictionary", Baseline = true, OperationsPerInvoke = RuleQueries.Count)]
    public int FrozenDictionary()
    {
        var (sum, map, keys) = (0, _frozen, _keys);
        foreach (var (call, release) in _queries)
        {
            map.TryGetValue(new RuleKey(keys[call], release), out var kind);
            sum += (int)kind;
        }
        return sum;
    }

    [Benchmark(Description = "Dictionary", OperationsPerInvoke = RuleQueries.Count)]
    public int Dictionary()
    {
        var (sum, map, keys) = (0, _dictionary, _keys);
        foreach (var (call, release) in _queries)
        {
            map.TryGetValue(new RuleKey(keys[call], release), out var kind);
            sum += (int)kind;
        }
        return sum;
    }

    [Benchmark(Description = "sorted intervals, binary search", OperationsPerInvoke = RuleQueries.Count)]
    public int SortedIntervals()
    {
        var (sum, rows, keys) = (0, _rows, _keys);
        foreach (var (call, release) in _queries)
        {
            var (low, high) = (0, rows.Length - 1);
            while (low < high)
            {
                var middle = (low + high + 1) >>> 1;
                if (Compare(rows[middle], keys[call], release.Index) <= 0) low = middle; else high = middle - 1;
            }
            sum += (int)rows[low].Kind;
        }
        return sum;
    }

    [Benchmark(Description = "array of structs, scanned", OperationsPerInvoke = RuleQueries.Count)]
    public int ArrayOfStructs()
    {
        var (sum, keys) = (0, _keys);
        foreach (var (call, release) in _queries)
        {
            foreach (ref readonly var row in _rows.AsSpan())
            {
                if (row.Call != keys[call] || row.Since > release.Index || release.Index > row.Until) continue;
                sum += (int)row.Kind;
                break;
            }
        }
        return sum;
    }

    static int Compare(in RuleInterval row, in CallKey call, int since)
    {
        var order = row.Call.Abi.CompareTo(call.Abi);
        if (order == 0) order = row.Call.Nr.CompareTo(call.Nr);
        if (order == 0) order = row.Call.First.CompareTo(call.First);
        if (order == 0) order = row.Call.Second.CompareTo(call.Second);
        if (order == 0) order = row.Call.Third.CompareTo(call.Third);
        if (order == 0) order = row.Call.Fd.CompareTo(call.Fd);
        return order != 0 ? order : row.Since - since;
    }
}
