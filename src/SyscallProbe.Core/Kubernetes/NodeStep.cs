using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Kubernetes;

/// <summary>When a step is taken.</summary>
public enum StepPart
{
    /// <summary>Before the configuration is written.</summary>
    Install,

    /// <summary>After it.</summary>
    Start,

    /// <summary>At the end, to see that it works.</summary>
    Verify,
}

/// <summary>A command of who sets up nodes: a row of <c>data/kubernetes/steps.csv</c>.</summary>
/// <param name="Text">What it does, or what must come out.</param>
/// <param name="Command">For a shell; may hold <c>{release}</c>, <c>{date}</c>, <c>{point}</c>, <c>{class}</c>, <c>{handler}</c> and <c>{kernel}</c>, as <paramref name="Text"/> may.</param>
public sealed record NodeStep(StepPart Part, string Text, string Command)
{
    /// <summary>Those of a preset for a target, in order.</summary>
    /// <param name="engine">What starts the containers: a word of <see cref="ContainerEngines"/>.</param>
    public static ImmutableArray<NodeStep> Of(RuntimePreset preset, Target target, string engine) =>
        [.. from cell in PackedImage.Embedded.Table("kubernetes/steps").Cells("runtime", "preset", "shims", "engine", "part", "order", "since", "until", "text", "command")
            where cell[0] == preset.Runtime && (cell[1].Length == 0 || cell[1] == preset.Name) && NodeMark.IsOfShim(cell[2], target)
                && (cell[3].Length == 0 || cell[3].Split('|').Contains(engine)) && TargetReleases.Cover(target, cell[6], cell[7])
            orderby int.Parse(cell[5], System.Globalization.CultureInfo.InvariantCulture)
            select new NodeStep(Enum.Parse<StepPart>(cell[4], ignoreCase: true), cell[8], cell[9])];
}
