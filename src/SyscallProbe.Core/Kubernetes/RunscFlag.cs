using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>How a flag of runsc is treated where a node is configured.</summary>
public enum RunscFlagUse
{
    /// <summary>Pods with it get a handler of their own, so that all others keep the default.</summary>
    Own,

    /// <summary>Every handler of the node has it.</summary>
    Shared,

    /// <summary>It tells of the node and is not set.</summary>
    Node,

    /// <summary>It is set where systemd manages cgroups.</summary>
    Systemd,
}

/// <summary>A flag with what is to be said of it: a row of <c>data/kubernetes/runsc-config.csv</c>.</summary>
/// <param name="Value">The value that is set whether a target names it or not; empty for none.</param>
/// <param name="Text">For a comment; null where the flag's own words are enough.</param>
public sealed record RunscFlag(string Name, RunscFlagUse Use, string Value, string? Text)
{
    /// <summary>Those that hold for a release.</summary>
    public static ImmutableArray<RunscFlag> At(Target target) =>
        [.. from cell in PackedImage.Embedded.Table("kubernetes/runsc-config").Cells("flag", "use", "value", "since", "text")
            where TargetReleases.Cover(target, cell[3], "")
            select new RunscFlag(cell[0], Enum.Parse<RunscFlagUse>(cell[1], ignoreCase: true), cell[2], cell[4])];
}
