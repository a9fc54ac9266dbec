using System.Collections.Immutable;
using SyscallProbe.Guest;
using SyscallProbe.Kubernetes;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Recommend;

/// <summary>What the user decides about artefacts; null is what the target and its preset say.</summary>
/// <param name="Engine">A word of <see cref="ContainerEngines"/>.</param>
/// <param name="Dialect">Version of the node's containerd configuration; null for a text for each that is in use.</param>
/// <param name="HasSystemd">Whether systemd manages the node's cgroups.</param>
/// <param name="Overhead">As measured by the user.</param>
/// <param name="Arch">Of the nodes: Kata's guests differ by it.</param>
public sealed record ArtefactChoices(string Engine, string? Preset, string? Class, string? Handler, (string Cpu, string Memory)? Overhead, ContainerdDialect? Dialect, bool HasSystemd, Abi Arch);

/// <summary>All that artefacts for one target have in common, decided and checked.</summary>
/// <param name="Class">The RuntimeClass.</param>
/// <param name="Marks">What the class finds its nodes by.</param>
/// <param name="Workloads">Those of manifests that shall get the class; empty where none is known.</param>
public sealed record ArtefactPlan(Target Target, RuntimePreset Preset, ArtefactChoices Choices, RuntimeClass Class, ImmutableArray<NodeMark> Marks, ImmutableArray<ManifestWorkload> Workloads)
{
    /// <summary>Flags of runsc that the handler has, by name; empty for other runtimes.</summary>
    public required ImmutableSortedDictionary<string, string> Flags { get; init; }

    /// <summary>The guest; null for other runtimes than Kata.</summary>
    public required GuestKernel? Guest { get; init; }

    /// <summary>Decides.</summary>
    /// <param name="target">Of gVisor or Kata, with its release filled in.</param>
    /// <exception cref="FailureException">There is nothing to apply for the runtime, the preset cannot give it the flags, or a name does not fit.</exception>
    public static ArtefactPlan Of(Target target, ArtefactChoices choices, ImmutableArray<ManifestWorkload> workloads)
    {
        if (target.Runtime == "runc") throw new FailureException(new Failure(FailureCode.Usage, "runc is what pods have without a RuntimeClass: there is nothing to apply", "--target runc", "name gvisor or kata"));
        if (target.Configuration.Keys.FirstOrDefault(key => key.StartsWith(ForcedModel.Prefix, StringComparison.Ordinal)) is { } forced)
            throw new FailureException(new Failure(FailureCode.Usage, $"'{forced}' is forced for an experiment and no runtime can be configured so", target.ToString(), "leave it out"));
        var preset = RuntimePreset.Of(target.Runtime, choices.Preset, "--preset");
        if (!preset.IsByHand && choices.Engine != ContainerEngines.Containerd)
            throw new FailureException(new Failure(FailureCode.Usage, $"the preset {preset.Name} configures the nodes itself", $"--engine {choices.Engine}", "give it with --preset plain"));
        var guest = target.Runtime == "kata" ? KataModel.GuestOf(target, choices.Arch) : null;
        var flags = target.Runtime == "gvisor" ? FlagsOf(target, preset, choices) : ImmutableSortedDictionary<string, string>.Empty;
        var suffix = target.Runtime == "gvisor" ? SuffixOf(target, flags) : "";
        var marks = NodeMark.Of(preset, target);
        return new ArtefactPlan(target, preset, choices, ClassOf(target, preset, choices, suffix, guest, marks), marks, workloads) { Flags = flags, Guest = guest };
    }

    /// <summary>Puts the plan's names in the places that a text of <c>data/</c> leaves for them.</summary>
    public string Fill(string text)
    {
        var install = Target.Runtime == "kata" ? KataInstall.Of(Target) : null;
        var point = Target.Release[(Target.Release.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return text.Replace("{handler}", Class.Handler, StringComparison.Ordinal).Replace("{class}", Class.Name, StringComparison.Ordinal)
            .Replace("{release}", Target.Release, StringComparison.Ordinal).Replace("{point}", point, StringComparison.Ordinal).Replace("{date}", point.Split('.')[0], StringComparison.Ordinal)
            .Replace("{kernel}", Guest?.Kernel.TrimStart('v'), StringComparison.Ordinal)
            .Replace("{shim_path}", install?.ShimPath, StringComparison.Ordinal).Replace("{configuration}", install?.Configuration, StringComparison.Ordinal);
    }

    static ImmutableSortedDictionary<string, string> FlagsOf(Target target, RuntimePreset preset, ArtefactChoices choices)
    {
        var known = RunscFlag.At(target);
        bool Is(string name, RunscFlagUse use) => known.Any(flag => flag.Name == name && flag.Use == use);
        var own = target.Configuration.RemoveRange(target.Configuration.Keys.Where(name => Is(name, RunscFlagUse.Node)));
        if (!preset.IsByHand && own.Keys.FirstOrDefault(name => !Is(name, RunscFlagUse.Shared)) is { } flag)
            throw new FailureException(new Failure(FailureCode.Usage, $"the preset {preset.Name} cannot give runsc the flag {flag}, on which the verdict stands", $"--preset {preset.Name}", "configure nodes of your own, with --preset plain"));
        return choices.HasSystemd ? own.SetItems(known.Where(row => row.Use == RunscFlagUse.Systemd).Select(row => KeyValuePair.Create(row.Name, row.Value))) : own;
    }

    // Flags weaken the sandbox, so that pods which need them have a handler of their own: an annotation cannot set them, and all pods share what runsc.toml says.
    static string SuffixOf(Target target, ImmutableSortedDictionary<string, string> flags)
    {
        var shared = RunscFlag.At(target).Where(flag => flag.Use is RunscFlagUse.Shared or RunscFlagUse.Systemd).Select(flag => flag.Name).ToArray();
        var parts = flags.Where(flag => !shared.Contains(flag.Key)).Select(flag => flag.Value == "true" ? flag.Key : $"{flag.Key}-{flag.Value}");
        var text = string.Concat(parts.Select(part => "-" + part)).ToLowerInvariant();
        var label = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).TrimEnd('-');
        // Room for any preset's own name before it.
        return label.Length < ObjectNames.LongestLabel - 16 ? label : "-custom";
    }

    static RuntimeClass ClassOf(Target target, RuntimePreset preset, ArtefactChoices choices, string suffix, GuestKernel? guest, ImmutableArray<NodeMark> marks)
    {
        var always = marks.Where(mark => mark.Condition is null).ToArray();
        return new RuntimeClass(
            ObjectNames.RequireClass(choices.Class ?? RuntimePreset.Filled(preset.Class, target) + suffix, "--class"),
            ObjectNames.RequireHandler(choices.Handler ?? RuntimePreset.Filled(preset.Handler, target) + suffix, "--handler"),
            OverheadOf(target, preset, choices, guest),
            always.Where(mark => mark.Kind == NodeMarkKind.Label).ToImmutableSortedDictionary(mark => mark.Key, mark => mark.Value, StringComparer.Ordinal),
            [.. always.Where(mark => mark.Kind == NodeMarkKind.Taint).Select(mark => new Toleration(mark.Key, mark.Value, mark.Effect))]);
    }

    static PodOverhead? OverheadOf(Target target, RuntimePreset preset, ArtefactChoices choices, GuestKernel? guest)
    {
        if (choices.Overhead is var (cpu, memory)) return new PodOverhead(cpu, memory, OverheadBasis.Measured, "given with --overhead");
        if (guest is not null) return guest.Overhead is { } published ? new PodOverhead(published.Cpu, published.Memory, OverheadBasis.Published, $"the RuntimeClass of Kata {target.Release} for {guest.Hypervisor}") : null;
        // A class that comes with a preset has its own, or none: a number of ours beside it would only differ.
        if (!preset.IsByHand) return null;
        return PackedImage.Embedded.Table("kubernetes/overheads").Cells("runtime", "cpu", "memory", "basis", "text").Where(cell => cell[0] == target.Runtime)
            .Select(cell => new PodOverhead(cell[1], cell[2], Enum.Parse<OverheadBasis>(cell[3], ignoreCase: true), cell[4])).FirstOrDefault();
    }
}
