using System.Collections.Immutable;
using CsCheck;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Traces;

public sealed class TraceMergeTests
{
    static readonly Gen<Observation> s_observation = Gen.Select(Gen.Int[0, 3], Gen.Int[-1, 2], Gen.Bool, Gen.ULong[1, 9], Gen.Char['a', 'c'], Gen.Int[0, 2]).Select((nr, errno, arg, count, exe, frames) =>
        new Observation(Abi.Amd64, new Nr(nr), arg ? [new Argument("cmd", 7)] : [], null,
            errno < 0 ? Result.Never : errno == 0 ? Result.Success : Result.Failed(new Errno(errno)), Phase.Startup, count, [$"/{exe}"])
        {
            Stack = [.. Enumerable.Range(0, frames).Select(frame => $"{exe}{frame}")],
        });

    static readonly Gen<LatentCall> s_latent = Gen.Select(Gen.Int[0, 6], Gen.Char['a', 'c']).Select((nr, file) => new LatentCall(Abi.Amd64, new Nr(nr), [$"/{file}"]));

    static readonly Gen<Trace> s_trace = Gen.Select(Gen.Guid, s_observation.Array[0, 5], Gen.Int[0, 2], Gen.Int[0, 2], s_latent.Array[0, 4], Gen.Int[-1, 4]).Select((id, observations, exit, healthy, latent, late) =>
        new Trace([id], [new Subject([$"cmd{exit}"], null, Abi.Amd64, "6.18")],
            new Evidence
            {
                Events = observations.Aggregate(0UL, (sum, o) => sum + o.Count),
                ExitCode = exit == 0 ? null : exit,
                Healthy = healthy == 0 ? null : healthy == 1,
                Succeeded = healthy == 2 ? null : healthy == 1,
                SeccompFilter = healthy == 2,
                Recorders = exit == 0 ? [] : [exit == 1 ? "ebpf" : "ptrace"],
                Reasons = [$"reason {exit}"],
                LateKinds = late < 0 ? null : late,
                LastNewKind = late <= 0 ? null : late / 4.0,
            },
            Trace.Normalised(observations))
        {
            Latent = LatentCall.Normalised(latent, observations),
            Mappings = ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal).Add($"/{late}", exit == 0),
        });

    [Fact]
    public void What_any_recording_saw_is_not_latent() =>
        Gen.Select(s_trace, s_trace).Sample((a, b) =>
            TraceMerge.Merge(a, b).Latent.Select(call => call.Nr).SequenceEqual(
                a.Latent.Concat(b.Latent).Select(call => call.Nr).Except(a.Observations.Concat(b.Observations).Select(observation => observation.Nr)).Order()));

    [Fact]
    public void A_kind_is_seen_in_as_many_recordings_as_have_it() =>
        Gen.Select(s_trace, s_trace, s_trace).Sample((a, b, c) => TraceMerge.Merge(TraceMerge.Merge(a, b), c) is var merged
            && merged.Observations.All(kind => kind.Runs == new[] { a, b, c }.Count(trace => trace.Observations.Any(kind.IsSameKind)))
            && merged.SingleRunKinds == merged.Observations.Count(kind => kind.Runs == 1));

    [Fact]
    public void Order_of_merging_does_not_matter() =>
        Gen.Select(s_trace, s_trace, s_trace).Sample((a, b, c) =>
            Same(TraceMerge.Merge(TraceMerge.Merge(a, b), c), TraceMerge.Merge(a, TraceMerge.Merge(c, b))));

    [Fact]
    public void A_recording_counts_once() =>
        Gen.Select(s_trace, s_trace).Sample((a, b) =>
            Same(TraceMerge.Merge(TraceMerge.Merge(a, b), a), TraceMerge.Merge(a, b)) && Same(TraceMerge.Merge(a, a), a));

    [Fact]
    public void A_partial_overlap_is_an_error()
    {
        var (a, b, c) = (Single(s_trace), Single(s_trace), Single(s_trace));

        var merging = () => TraceMerge.Merge(TraceMerge.Merge(a, b), TraceMerge.Merge(b, c));

        merging.Should().Throw<FailureException>().Which.Failure.What.Should().StartWith("the traces share 1 recordings");
    }

    static Trace Single(Gen<Trace> gen)
    {
        Trace? result = null;
        gen.Sample(trace => result = trace, iter: 1);
        return result!;
    }

    static bool Same(Trace a, Trace b) =>
        a.Ids.SetEquals(b.Ids)
        && a.Subjects.Select(Text).SequenceEqual(b.Subjects.Select(Text))
        && (a.Evidence with { Reasons = [], Recorders = [] }) == (b.Evidence with { Reasons = [], Recorders = [] })
        && a.Evidence.Reasons.SetEquals(b.Evidence.Reasons)
        && a.Evidence.Recorders.SetEquals(b.Evidence.Recorders)
        && a.Observations.Length == b.Observations.Length
        && a.Observations.Zip(b.Observations).All(pair =>
            pair.First.IsSameKind(pair.Second) && pair.First.Runs == pair.Second.Runs && pair.First.Count == pair.Second.Count && pair.First.Executables.SetEquals(pair.Second.Executables))
        && a.Mappings.SequenceEqual(b.Mappings)
        && a.Latent.Length == b.Latent.Length
        && a.Latent.Zip(b.Latent).All(pair => pair.First.Nr == pair.Second.Nr && pair.First.Files.SetEquals(pair.Second.Files));

    static string Text(Subject subject) => string.Join(' ', subject.Argv);
}
