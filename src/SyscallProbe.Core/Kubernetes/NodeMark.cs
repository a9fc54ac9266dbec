using System.Collections.Immutable;
using System.IO.Enumeration;
using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>What <see cref="NodeMark"/> is.</summary>
public enum NodeMarkKind
{
    /// <summary>A label of nodes that the class selects by.</summary>
    Label,

    /// <summary>A taint of nodes that the class tolerates.</summary>
    Taint,

    /// <summary>A resource of nodes that each sandbox takes one of.</summary>
    Resource,
}

/// <summary>By what a class finds the nodes that have its handler: a row of <c>data/kubernetes/scheduling.csv</c>.</summary>
/// <param name="Effect">Of a taint; else empty.</param>
/// <param name="Condition">When it is so, in words; null where always.</param>
public sealed record NodeMark(NodeMarkKind Kind, string Key, string Value, string Effect, string? Condition)
{
    /// <summary>Those of a preset for a target, labels first.</summary>
    public static ImmutableArray<NodeMark> Of(RuntimePreset preset, Target target) =>
        [.. from cell in PackedImage.Embedded.Table("kubernetes/scheduling").Cells("runtime", "preset", "shims", "kind", "key", "value", "effect", "since", "until", "condition")
            where cell[0] == preset.Runtime && cell[1] == preset.Name && IsOfShim(cell[2], target) && TargetReleases.Cover(target, cell[7], cell[8])
            select new NodeMark(Enum.Parse<NodeMarkKind>(cell[3], ignoreCase: true), cell[4], cell[5], cell[6], cell[9].Length == 0 ? null : cell[9])
            into mark
            orderby mark.Kind
            select mark];

    /// <summary>Whether a cell of globs with <c>|</c> between them names the target's shim; an empty one names every target.</summary>
    internal static bool IsOfShim(string globs, Target target) =>
        globs.Length == 0 || (target.Configuration.GetValueOrDefault(KataModel.HypervisorFlag) is { } shim && globs.Split('|').Any(glob => FileSystemName.MatchesSimpleExpression(glob, shim, ignoreCase: false)));
}
