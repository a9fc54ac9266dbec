using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>What starts containers on a node and has a configuration of its own for each runtime.</summary>
public static class ContainerEngines
{
    public const string Containerd = "containerd";

    public const string Crio = "crio";

    public const string Docker = "docker";

    /// <summary>All, the default first.</summary>
    public static IReadOnlyList<string> All { get; } = [Containerd, Crio, Docker];

    /// <summary>What has to be known of an engine with the target's runtime, a sentence each: <c>data/kubernetes/engine-notes.csv</c>.</summary>
    public static ImmutableArray<string> NotesOf(string engine, Target target) =>
        [.. from cell in PackedImage.Embedded.Table("kubernetes/engine-notes").Cells("engine", "runtime", "since", "until", "text")
            where cell[0] == engine && (cell[1].Length == 0 || cell[1] == target.Runtime) && TargetReleases.Cover(target, cell[2], cell[3])
            select cell[4]];
}
