using System.Collections.Immutable;

namespace SyscallProbe.Kubernetes;

/// <summary>A RuntimeClass of <c>node.k8s.io/v1</c>; it has no <c>spec</c>, its fields are at the top.</summary>
/// <param name="Name">What pods write into <c>runtimeClassName</c>.</param>
/// <param name="Handler">The name in the node's configuration.</param>
/// <param name="Overhead">Null where the class has none.</param>
/// <param name="NodeSelector">Labels that a node must have, by key; empty for every node.</param>
/// <param name="Tolerations">Taints that its pods tolerate.</param>
public sealed record RuntimeClass(
    string Name, string Handler, PodOverhead? Overhead, ImmutableSortedDictionary<string, string> NodeSelector, ImmutableArray<Toleration> Tolerations)
{
    public const string ApiVersion = "node.k8s.io/v1";

    public const string Kind = "RuntimeClass";
}

/// <summary>A taint that pods of a class tolerate: key and value are equal.</summary>
/// <param name="Effect"><c>NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</param>
public sealed record Toleration(string Key, string Value, string Effect);

/// <summary>How a number is known.</summary>
public enum OverheadBasis
{
    /// <summary>Whoever asked for it gave it.</summary>
    Measured,

    /// <summary>The runtime's own release has it.</summary>
    Published,

    /// <summary>Nobody publishes one: our own number, with its evidence.</summary>
    Assumed,
}

/// <summary>What a pod takes beside its containers: <c>overhead.podFixed</c>.</summary>
/// <param name="Cpu">A quantity: <c>250m</c>.</param>
/// <param name="Memory">A quantity: <c>320Mi</c>.</param>
/// <param name="Source">Where the numbers are from, for a comment.</param>
public sealed record PodOverhead(string Cpu, string Memory, OverheadBasis Basis, string Source);
