using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using SyscallProbe.Matrix;

namespace SyscallProbe.Benchmarks;

/// <summary>Level of any number of either ABI at any release.</summary>
[MemoryDiagnoser]
public class HistoryLookup
{
    readonly LookupQuery[] _queries = LookupQueries.Random();
    readonly GvisorLevels _levels = GvisorLevels.Known;
    readonly Dictionary<LookupQuery, SupportLevel> _dictionary = new(LookupQueries.Cells());
    readonly FrozenDictionary<LookupQuery, SupportLevel> _frozen = LookupQueries.Cells().ToFrozenDictionary();
    readonly FrozenDictionary<int, SupportLevel> _dense = LookupQueries.Cells().ToFrozenDictionary(cell => cell.Key.DenseKey, cell => cell.Value);
    readonly LevelInterval[] _intervals = LookupQueries.Intervals();
    readonly int[] _starts = [.. LookupQueries.Intervals().Select(row => new LookupQuery(row.Abi, row.Nr, new Release(row.Since)).DenseKey)];
    readonly byte[] _startLevels = [.. LookupQueries.Intervals().Select(interval => (byte)interval.Level)];

    [Benchmark(Description = "packed table", OperationsPerInvoke = LookupQueries.Count)]
    public int PackedTable()
    {
        var (sum, table) = (0, _levels);
        foreach (var query in _queries) sum += (int)table.LevelOf(query.Abi, query.Nr, query.Release);
        return sum;
    }

    [Benchmark(Description = "FrozenDictionary", Baseline = true, OperationsPerInvoke = LookupQueries.Count)]
    public int FrozenDictionary()
    {
        var (sum, map) = (0, _frozen);
        foreach (var query in _queries)
        {
            map.TryGetValue(query, out var level);
            sum += (int)level;
        }
        return sum;
    }

    [Benchmark(Description = "FrozenDictionary, dense key", OperationsPerInvoke = LookupQueries.Count)]
    public int DenseFrozenDictionary()
    {
        var (sum, map) = (0, _dense);
        foreach (var query in _queries)
        {
            if ((uint)query.Nr.Value >= 512) continue;
            map.TryGetValue(query.DenseKey, out var level);
            sum += (int)level;
        }
        return sum;
    }

    [Benchmark(Description = "Dictionary", OperationsPerInvoke = LookupQueries.Count)]
    public int Dictionary()
    {
        var (sum, map) = (0, _dictionary);
        foreach (var query in _queries)
        {
            map.TryGetValue(query, out var level);
            sum += (int)level;
        }
        return sum;
    }

    [Benchmark(Description = "sorted intervals, binary search", OperationsPerInvoke = LookupQueries.Count)]
    public int SortedIntervals()
    {
        var sum = 0;
        foreach (var query in _queries)
        {
            if ((uint)query.Nr.Value >= 512) continue;
            var (key, low, high) = (query.DenseKey, 0, _starts.Length - 1);
            while (low < high)
            {
                var middle = (low + high + 1) >>> 1;
                if (_starts[middle] <= key) low = middle; else high = middle - 1;
            }
            if (_starts[low] >> 9 == key >> 9) sum += _startLevels[low];
        }
        return sum;
    }

    [Benchmark(Description = "array of structs, scanned", OperationsPerInvoke = LookupQueries.Count)]
    public int ArrayOfStructs()
    {
        var sum = 0;
        foreach (var query in _queries)
        {
            foreach (ref readonly var row in _intervals.AsSpan())
            {
                if (row.Abi != query.Abi || row.Nr != query.Nr || row.Since > query.Release.Index || query.Release.Index > row.Until) continue;
                sum += (int)row.Level;
                break;
            }
        }
        return sum;
    }
}
