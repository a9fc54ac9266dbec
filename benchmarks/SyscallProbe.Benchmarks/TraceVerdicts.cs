using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using SyscallProbe.Assessment;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Benchmarks;

/// <summary>The verdicts on a recorded trace (Redis under its own benchmark, and a Java virtual machine's start) at every gVisor release.</summary>
[MemoryDiagnoser]
public class TraceVerdicts
{
    static readonly ImmutableSortedDictionary<string, string> s_defaults = ImmutableSortedDictionary<string, string>.Empty;

    readonly Trace _trace = Recorded();

    [Benchmark(Description = "each observation once, over runs of releases", Baseline = true)]
    public Release? Runs() => VerdictHistory.Of(_trace, new GvisorHistory(s_defaults)).From(Verdict.Compatible);

    [Benchmark(Description = "an assessment per release")]
    public int PerRelease() => GvisorReleases.Known.All.Count(release =>
        Assessor.Assess(_trace, new GvisorModel(new Target("gvisor", GvisorReleases.Known.NameOf(release), s_defaults)), rule => rule).Verdict == Verdict.Compatible);

    static Trace Recorded()
    {
        using var stream = typeof(TraceVerdicts).Assembly.GetManifestResourceStream("redis-java.trace.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return TraceJson.Read(bytes, "redis-java.trace.json");
    }
}
