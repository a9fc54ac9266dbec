using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>What a node must have for a runtime at a release: a row of <c>data/kubernetes/node-needs.csv</c>.</summary>
/// <param name="Need">The thing, in a few words.</param>
/// <param name="Text">What happens without it.</param>
public sealed record NodeNeed(string Need, string Text)
{
    /// <summary>Those of a target.</summary>
    /// <param name="engine">What starts the containers: a word of <see cref="ContainerEngines"/>; null for all of them.</param>
    public static ImmutableArray<NodeNeed> Of(Target target, string? engine = null) =>
        [.. from cell in PackedImage.Embedded.Table("kubernetes/node-needs").Cells("runtime", "since", "until", "need", "text", "engine")
            where cell[0] == target.Runtime && (engine is null || cell[5].Length == 0 || cell[5].Split('|').Contains(engine)) && TargetReleases.Cover(target, cell[1], cell[2])
            select new NodeNeed(cell[3], cell[4])];
}
