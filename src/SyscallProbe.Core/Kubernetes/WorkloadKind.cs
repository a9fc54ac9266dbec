using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Kubernetes;

/// <summary>A kind of object that makes pods: a row of <c>data/kubernetes/workload-kinds.csv</c>.</summary>
/// <param name="Kind">As a manifest spells it.</param>
/// <param name="Resource">As kubectl takes it: <c>deployment</c>.</param>
/// <param name="Template">Keys that lead to the pod's <c>metadata</c> and <c>spec</c>; none for a Pod.</param>
/// <param name="IsPatched">Whether a running one takes another RuntimeClass; else it has to be made anew.</param>
/// <param name="IsBuiltIn">Whether Kubernetes itself defines it: only such objects take a strategic merge patch.</param>
public sealed record WorkloadKind(string Kind, string Resource, ImmutableArray<string> Template, bool IsPatched, bool IsBuiltIn)
{
    static readonly Lazy<ImmutableArray<WorkloadKind>> s_all = new(() =>
        [.. PackedImage.Embedded.Table("kubernetes/workload-kinds").Cells("kind", "resource", "template", "update")
            .Select(cell => new WorkloadKind(cell[0], cell[1], [.. cell[2].Split('.', StringSplitOptions.RemoveEmptyEntries)], cell[3] == "patch", IsBuiltIn: true))]);

    public static ImmutableArray<WorkloadKind> All => s_all.Value;

    /// <summary>The kind of that name; of one that others define, such as a rollout, what most of them have: a template like a Deployment's.</summary>
    public static WorkloadKind Of(string kind) => All.FirstOrDefault(known => known.Kind == kind) ?? new WorkloadKind(kind, kind.ToLowerInvariant(), ["spec", "template"], IsPatched: true, IsBuiltIn: false);
}
