using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>A call that only one of two traces has, or that gave something else.</summary>
/// <param name="Call">One observation of it; its count, phase and result stand for nothing.</param>
/// <param name="Before">Results in the first trace, sorted; empty when it has no such call.</param>
/// <param name="After">Results in the second trace, sorted; empty when it has no such call.</param>
public sealed record TraceChange(Observation Call, ImmutableSortedSet<Result> Before, ImmutableSortedSet<Result> After)
{
    public bool IsAdded => Before.IsEmpty;

    public bool IsRemoved => After.IsEmpty;
}

/// <summary>What differs between two traces: kinds of call and their results. How often and in which phase decides nothing and differs from run to run.</summary>
public static class TraceDiff
{
    /// <summary>The changes from one trace to another, in the order of traces; calls of phase init are the runtime's and left out.</summary>
    public static ImmutableArray<TraceChange> Of(Trace before, Trace after)
    {
        var (left, right) = (Results(before), Results(after));
        return [.. left.Keys.Union(right.Keys)
            .Select(key => new TraceChange((left.GetValueOrDefault(key) ?? right[key]).Call, left.GetValueOrDefault(key)?.Results ?? [], right.GetValueOrDefault(key)?.Results ?? []))
            .Where(change => !change.Before.SetEquals(change.After))
            .Order(Comparer<TraceChange>.Create((a, b) => Observation.Compare(Bare(a), Bare(b))))];
    }

    static Dictionary<CallKey, Seen> Results(Trace trace) => trace.Observations
        .Where(observation => observation.Phase != Phase.Init)
        .GroupBy(CallKey.Of)
        .ToDictionary(calls => calls.Key, calls => new Seen(calls.First(), [.. calls.Select(call => call.Result)]));

    static Observation Bare(TraceChange change) => change.Call with { Result = Result.Success, Phase = Phase.Startup };

    sealed record Seen(Observation Call, ImmutableSortedSet<Result> Results);
}
