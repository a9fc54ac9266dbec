using SyscallProbe.Matrix;

namespace SyscallProbe.Benchmarks;

/// <summary>One question to the matrix: what a dictionary's key would be.</summary>
public readonly record struct LookupQuery(Abi Abi, Nr Nr, Release Release)
{
    /// <summary>The question as an index without large gaps, of which FrozenDictionary makes an array. Only for numbers that <see cref="NumberQuery.IsDense"/>.</summary>
    public int DenseKey => (new NumberQuery(Abi, Nr).DenseKey << 9) | Release.Index;
}

/// <summary>The same, where the release is chosen.</summary>
public readonly record struct NumberQuery(Abi Abi, Nr Nr)
{
    /// <summary>Whether the number fits into a dense key; another would be taken for another question.</summary>
    public bool IsDense => (uint)Nr.Value < 512;

    /// <inheritdoc cref="LookupQuery.DenseKey"/>
    public int DenseKey => ((int)Abi << 9) | Nr.Value;
}

/// <summary>What a level is a row of: the shape of <c>data/gvisor/levels.csv</c> with an end.</summary>
public readonly record struct LevelInterval(Abi Abi, Nr Nr, int Since, int Until, SupportLevel Level);

/// <summary>The same data for every competitor, and random queries over all of it.</summary>
static class LookupQueries
{
    public const int Count = 1 << 16;

    /// <summary>Numbers of the kernel's tables, both ABIs and all releases, drawn evenly; one in 1,024 is a number that no table has.</summary>
    public static LookupQuery[] Random(int seed = 20260817)
    {
        var random = new Random(seed);
        var numbers = new[] { Abi.Amd64, Abi.Arm64 }.SelectMany(abi => Syscalls.All(abi).Select(syscall => (abi, syscall.Nr))).ToArray();
        var queries = new LookupQuery[Count];
        for (var i = 0; i < Count; i++)
        {
            var (abi, nr) = numbers[random.Next(numbers.Length)];
            if (random.Next(1024) == 0) nr = new Nr(random.Next(-1, 100_000));
            queries[i] = new LookupQuery(abi, nr, new Release(random.Next(GvisorLevels.Known.ReleaseCount)));
        }
        return queries;
    }

    /// <summary>The same numbers, for a release that is chosen.</summary>
    public static NumberQuery[] RandomNumbers() => [.. Random().Select(query => new NumberQuery(query.Abi, query.Nr))];

    /// <summary>Runs of equal levels, by ABI, number and release.</summary>
    public static LevelInterval[] Intervals()
    {
        var intervals = new List<LevelInterval>();
        foreach (var abi in new[] { Abi.Amd64, Abi.Arm64 })
        {
            foreach (var syscall in Syscalls.All(abi))
            {
                for (var release = 0; release < GvisorLevels.Known.ReleaseCount; release++)
                {
                    var level = GvisorLevels.Known.LevelOf(abi, syscall.Nr, new Release(release));
                    var last = intervals.Count > 0 ? intervals[^1] : default;
                    if (release > 0 && last.Level == level) intervals[^1] = last with { Until = release };
                    else intervals.Add(new LevelInterval(abi, syscall.Nr, release, release, level));
                }
            }
        }
        return [.. intervals];
    }

    /// <summary>Every (ABI, number, release) with its level.</summary>
    public static IEnumerable<KeyValuePair<LookupQuery, SupportLevel>> Cells() =>
        from interval in Intervals()
        from release in Enumerable.Range(interval.Since, interval.Until - interval.Since + 1)
        select KeyValuePair.Create(new LookupQuery(interval.Abi, interval.Nr, new Release(release)), interval.Level);

    /// <summary>Every (ABI, number) with its level at one release.</summary>
    public static IEnumerable<KeyValuePair<NumberQuery, SupportLevel>> Cells(Release release) =>
        from cell in Cells()
        where cell.Key.Release == release
        select KeyValuePair.Create(new NumberQuery(cell.Key.Abi, cell.Key.Nr), cell.Value);
}
