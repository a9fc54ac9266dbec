using System.Collections.Immutable;

namespace SyscallProbe.Rehearsal;

/// <summary>Which of several things break a workload, found by trying parts of them.</summary>
/// <param name="Breaking">Sets that each break it and of which no part does, in the order found; a set that the runs did not suffice to narrow is the last.</param>
/// <param name="IsComplete">Whether all else together was seen to break nothing and every set is minimal; false where the runs did not suffice.</param>
/// <param name="Runs">Trials made, each combination once.</param>
public sealed record BisectionResult(ImmutableArray<ImmutableArray<int>> Breaking, bool IsComplete, int Runs);

/// <summary>Delta debugging by halves: each member of a breaking set costs log2 of the count, instead of ddmin's partitions.</summary>
/// <remarks>
/// Supposes that more of what breaks does not mend. The last member of a breaking set is where the shortest breaking prefix ends; it is kept and the next one is sought in
/// front of it. Where a set is found the rest is tried, and searched again if it breaks as well. Pure: the trial is the caller's.
/// </remarks>
public static class Bisection
{
    /// <param name="count">Things 0 to count - 1, which together are known to break; likely culprits first saves nothing but does no harm.</param>
    /// <param name="breaks">Whether exactly these, in ascending order, break the workload. Never asked the same twice.</param>
    /// <param name="mostRuns">Trials after which it gives up with what it has.</param>
    public static BisectionResult Find(int count, Func<IReadOnlyList<int>, bool> breaks, int mostRuns)
    {
        var trials = new Trials(breaks, mostRuns);
        var rest = Enumerable.Range(0, count).ToImmutableArray();
        trials.Know(rest, true);
        trials.Know([], false);
        var breaking = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        while (trials.Breaks(rest) is var answer && answer != false)
        {
            if (answer is null) return new BisectionResult(breaking.ToImmutable(), false, trials.Count);
            var (set, isMinimal) = Minimal(rest, trials);
            breaking.Add(set);
            rest = rest.RemoveRange(set);
            if (!isMinimal) return new BisectionResult(breaking.ToImmutable(), false, trials.Count);
        }
        return new BisectionResult(breaking.ToImmutable(), true, trials.Count);
    }

    static (ImmutableArray<int> Set, bool IsMinimal) Minimal(ImmutableArray<int> scope, Trials trials)
    {
        var found = ImmutableArray<int>.Empty;
        while (true)
        {
            var alone = trials.Breaks(found);
            if (alone == true) return (found, true);
            if (alone is null) return (Joined(found, scope, scope.Length), false);
            int passes = 0, breaks = scope.Length;
            while (breaks - passes > 1)
            {
                var middle = (passes + breaks) / 2;
                switch (trials.Breaks(Joined(found, scope, middle)))
                {
                    case true: breaks = middle; break;
                    case false: passes = middle; break;
                    case null: return (Joined(found, scope, breaks), false);
                }
            }
            found = found.Insert(0, scope[breaks - 1]);
            scope = scope[..(breaks - 1)];
        }
    }

    static ImmutableArray<int> Joined(ImmutableArray<int> found, ImmutableArray<int> scope, int length) => [.. scope.AsSpan(0, length), .. found];

    sealed class Trials(Func<IReadOnlyList<int>, bool> breaks, int most)
    {
        readonly Dictionary<string, bool> _known = [];

        public int Count { get; private set; }

        public void Know(ImmutableArray<int> set, bool answer) => _known[KeyOf(set)] = answer;

        /// <summary>Null when there is no run left to find out.</summary>
        public bool? Breaks(ImmutableArray<int> set)
        {
            if (_known.TryGetValue(KeyOf(set), out var answer)) return answer;
            if (Count == most) return null;
            Count++;
            return _known[KeyOf(set)] = breaks(set);
        }

        static string KeyOf(ImmutableArray<int> set) => string.Join(',', set);
    }
}
