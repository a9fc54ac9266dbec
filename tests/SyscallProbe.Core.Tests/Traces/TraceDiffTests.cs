using CsCheck;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Traces;

public sealed class TraceDiffTests
{
    static readonly Result[] s_results = [Result.Success, Result.Never, Result.Failed(Errno.EPERM)];

    static readonly Gen<Observation> s_observation =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[1, 9])
            .Select((nr, value, hasPath, result, phase, count) =>
                new Observation(Abi.Amd64, new Nr(nr), [new Argument("a", (ulong)value)], hasPath ? "/proc/x" : null, s_results[result], (Phase)phase, (ulong)count, ["/bin/x"]));

    static readonly Gen<Trace> s_trace = s_observation.List[0, 30].Select(list => new Trace([], [], new Evidence(), Trace.Normalised(list)));

    [Fact]
    public void The_changes_put_on_the_first_trace_give_the_second() =>
        Gen.Select(s_trace, s_trace).Sample((before, after) =>
        {
            var calls = Calls(before);
            foreach (var change in TraceDiff.Of(before, after))
            {
                var key = CallKey.Of(change.Call);
                calls.RemoveWhere(call => call.Key == key);
                calls.UnionWith(change.After.Select(result => (key, result)));
            }
            return calls.SetEquals(Calls(after));
        });

    [Fact]
    public void A_trace_does_not_differ_from_itself_whatever_its_counts_and_phases() =>
        s_trace.Sample(trace =>
        {
            var other = trace with { Observations = Trace.Normalised(trace.Observations.Select(seen => seen with { Count = seen.Count + 1, Phase = seen.Phase == Phase.Init ? Phase.Init : Phase.Serving })) };
            return TraceDiff.Of(trace, other).IsEmpty;
        });

    [Fact]
    public void Kinds_are_counted_once_over_all_phases_but_init() =>
        s_trace.Sample(trace => trace.Kinds == Calls(trace).Count);

    static HashSet<(CallKey Key, Result Result)> Calls(Trace trace) =>
        [.. trace.Observations.Where(seen => seen.Phase != Phase.Init).Select(seen => (CallKey.Of(seen), seen.Result))];
}
