using System.Collections.Immutable;
using SyscallProbe.Cli.Node;
using SyscallProbe.Cli.Output;
using SyscallProbe.Doctor;
using SyscallProbe.Doctor.Cluster;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a machine, from what kubectl printed, or from both, to a report.</summary>
static class DoctorFlow
{
    // A container takes 0.2 s on an idle machine; runsc hangs for ever where KVM is there and does not work.
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <param name="files">What kubectl printed; <c>-</c> is standard input. Without any this machine alone is looked at.</param>
    /// <param name="node">Name of this machine in the cluster, which is looked at as well; null leaves it out where there are files.</param>
    /// <param name="asked">Runtimes that are needed; empty for those that are there.</param>
    /// <exception cref="FailureException">A file cannot be read or judged.</exception>
    public static DoctorReport Run(ImmutableArray<string> files, string? node, IReadOnlyCollection<string> asked, CliHost host)
    {
        var cluster = files.IsEmpty ? null : files.Select(file => ClusterReader.Read(InputFile.Read(file, host), InputFile.NameOf(file))).Aggregate(Joined);
        if (cluster is not null && node is null) return ClusterDoctor.Examine(cluster, asked, App.Version);
        host.Note("looking at this machine; a container is started on each platform of runsc");
        var facts = NodeExamination.Run(new Machine("", host.Environment.GetValueOrDefault("PATH", ""), host.IsRoot, s_limit));
        return NodeDoctor.Examine(facts, asked, App.Version, cluster, node);
    }

    static ClusterFacts Joined(ClusterFacts a, ClusterFacts b) => new([.. a.Nodes, .. b.Nodes], [.. a.Classes, .. b.Classes], [.. a.Pods, .. b.Pods], [.. a.Messages, .. b.Messages]);
}
