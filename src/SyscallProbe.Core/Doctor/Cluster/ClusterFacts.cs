using System.Collections.Immutable;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>What kubectl told of a cluster. Lists are empty for what was not asked, which is not the same as that there is none.</summary>
public sealed record ClusterFacts(ImmutableArray<ClusterNode> Nodes, ImmutableArray<ClusterClass> Classes, ImmutableArray<ClusterPod> Pods, ImmutableArray<ClusterMessage> Messages)
{
    public static ClusterFacts Empty { get; } = new([], [], [], []);

    /// <summary>The class of a name; null where it is not among them.</summary>
    public ClusterClass? ClassOf(string? name) => Classes.FirstOrDefault(one => one.Name == name);
}

/// <summary>A node.</summary>
/// <param name="Handlers">Names in <c>status.runtimeHandlers</c>; null where the node does not list them, which does not mean that it has none.</param>
/// <param name="Runtime">As <c>containerd://2.2.7</c>; empty where the node does not say.</param>
/// <param name="Kernel">As <c>uname -r</c> has it; empty where the node does not say.</param>
/// <param name="IsReady">Whether it takes pods at the moment.</param>
public sealed record ClusterNode(
    string Name, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<ClusterTaint> Taints, ImmutableSortedSet<string>? Handlers, string Runtime, string Kernel, bool IsReady);

/// <summary>A taint of a node, or what a class tolerates.</summary>
/// <param name="Key">Of a toleration: empty for every key.</param>
/// <param name="Value">Of a toleration: null for every value.</param>
/// <param name="Effect">Of a toleration: empty for every effect.</param>
public sealed record ClusterTaint(string Key, string? Value, string Effect)
{
    /// <summary>As kubectl writes it.</summary>
    public override string ToString() => $"{Key}{(string.IsNullOrEmpty(Value) ? "" : "=" + Value)}:{Effect}";

    /// <summary>Whether this toleration covers a taint.</summary>
    public bool Covers(ClusterTaint taint) => (Key.Length == 0 || Key == taint.Key) && (Value is null || Value == (taint.Value ?? "")) && (Effect.Length == 0 || Effect == taint.Effect);
}

/// <summary>A RuntimeClass.</summary>
/// <param name="Overhead">Quantities by resource; empty where it has none.</param>
public sealed record ClusterClass(
    string Name, string Handler, ImmutableSortedDictionary<string, string> NodeSelector, ImmutableArray<ClusterTaint> Tolerations, ImmutableSortedDictionary<string, string> Overhead)
{
    /// <summary><c>gvisor</c>, <c>kata</c>, or empty for another runtime: by the handler's name, as the cluster has no more of it.</summary>
    public string Runtime => EngineHandler.RuntimeOfName(Handler) ?? EngineHandler.RuntimeOfName(Name) ?? "";
}

/// <summary>A pod, or what makes pods.</summary>
/// <param name="Name">With kind and namespace: <c>pod/shop/cart</c>.</param>
/// <param name="Class">Its <c>runtimeClassName</c>; null for the node's default.</param>
/// <param name="Overhead">Quantities by resource; empty where it has none.</param>
/// <param name="IsTemplate">Whether it makes pods, so that admission is still to come.</param>
/// <param name="IsEnded">Whether it has run to its end.</param>
/// <param name="IsReady">Whether it works at the moment, so that its earlier troubles are over.</param>
public sealed record ClusterPod(
    string Name, string? Class, ImmutableSortedDictionary<string, string> NodeSelector, ImmutableSortedDictionary<string, string> Overhead, bool IsTemplate, bool IsEnded, bool IsReady);

/// <summary>Something that Kubernetes or a runtime said of a pod.</summary>
/// <param name="Subject">The pod, or what makes it, as <see cref="ClusterPod.Name"/>; a place in the input where it names none.</param>
/// <param name="Reason"><c>FailedCreatePodSandBox</c>; empty where there is none.</param>
/// <param name="Class">RuntimeClass of the subject; null where the text does not tell.</param>
public sealed record ClusterMessage(string Subject, string Reason, string Text, string? Class);
