using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using SyscallProbe.Matrix;

namespace SyscallProbe.Benchmarks;

/// <summary>Level of any number of either ABI at one release, chosen before.</summary>
[MemoryDiagnoser]
public class ReleaseLookup
{
    static readonly Release s_release = GvisorReleases.Known.Newest;

    readonly NumberQuery[] _queries = LookupQueries.RandomNumbers();
    readonly ReleaseLevels _levels = GvisorLevels.Known.At(s_release);
    readonly Dictionary<NumberQuery, SupportLevel> _dictionary = new(LookupQueries.Cells(s_release));
    readonly FrozenDictionary<NumberQuery, SupportLevel> _frozen = LookupQueries.Cells(s_release).ToFrozenDictionary();
    readonly FrozenDictionary<int, SupportLevel> _dense = LookupQueries.Cells(s_release).ToFrozenDictionary(cell => cell.Key.DenseKey, cell => cell.Value);
    readonly LevelInterval[] _rows = [.. LookupQueries.Intervals().Where(row => row.Since <= s_release.Index && s_release.Index <= row.Until)];

    [Benchmark(Description = "release laid out flat", OperationsPerInvoke = LookupQueries.Count)]
    public int Flat()
    {
        var (sum, table) = (0, _levels);
        foreach (var query in _queries) sum += (int)table.LevelOf(query.Abi, query.Nr);
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
            if (!query.IsDense) continue;
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

    [Benchmark(Description = "array of structs, scanned", OperationsPerInvoke = LookupQueries.Count)]
    public int ArrayOfStructs()
    {
        var sum = 0;
        foreach (var query in _queries)
        {
            foreach (ref readonly var row in _rows.AsSpan())
            {
                if (row.Abi != query.Abi || row.Nr != query.Nr) continue;
                sum += (int)row.Level;
                break;
            }
        }
        return sum;
    }
}
