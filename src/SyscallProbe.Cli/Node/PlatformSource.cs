using System.Collections.Immutable;
using System.Diagnostics;
using SyscallProbe.Doctor;
using SyscallProbe.Recording.Sandbox;

namespace SyscallProbe.Cli.Node;

/// <summary>Starts an empty container on each platform of runsc, all at the same time: nothing else tells what works here.</summary>
sealed class PlatformSource : IFactSource
{
    public string What => "the platforms of runsc";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        if (!machine.IsRoot || machine.Find("runsc", NodePlaces.FoldersOf("runsc")) is not { } runsc) return facts => facts;
        // Each needs a thread that waits for it.
        var tried = RealSandbox.Platforms.AsParallel().AsOrdered().WithDegreeOfParallelism(RealSandbox.Platforms.Length).Select(platform =>
        {
            var start = Stopwatch.GetTimestamp();
            var error = RealSandbox.Refusal(machine.At(runsc), platform, machine.Limit);
            return new PlatformFacts(platform, error, Stopwatch.GetElapsedTime(start));
        }).ToImmutableArray();
        return facts => facts with { Platforms = tried };
    }
}
