using System.Collections.Immutable;

namespace SyscallProbe.Guest;

/// <summary>What a container of one Kata release finds when it runs under one hypervisor on one architecture.</summary>
/// <param name="Hypervisor">The shim by which Kata's RuntimeClasses name it, without <c>kata-</c>: <c>qemu</c>, <c>clh</c>, <c>qemu-nvidia-gpu</c>.</param>
/// <param name="Variant">The kernel among the release's assets that the hypervisor's configuration names.</param>
/// <param name="Kernel">As the release's <c>versions.yaml</c> has it: <c>v6.18.35</c>.</param>
/// <param name="Version">Its series; null when the text does not tell: nothing is known of the guest then.</param>
/// <param name="Tree">Series of the source tree in which <paramref name="Config"/> was made; another one than <paramref name="Version"/> where that was not to be had.</param>
/// <param name="Config">Kernel options by name with <c>y</c>, <c>m</c> or <c>n</c>; an option that is not in it is not known.</param>
/// <param name="Defaults">Size of the guest for a pod without limits.</param>
/// <param name="Overhead">As the release's own RuntimeClass has it; null when it has none for this hypervisor.</param>
public sealed record GuestKernel(
    KataVersion Release, string Hypervisor, Abi Arch, string Variant, string Kernel, KernelVersion? Version, KernelVersion? Tree,
    ImmutableSortedDictionary<string, string> Config, GuestDefaults Defaults, GuestOverhead? Overhead)
{
    /// <summary>Whether the configuration is that of a neighbouring kernel series.</summary>
    public bool IsNearest => Tree is not null && Tree != Version;
}

/// <summary>The guest's size before limits of the pod are added.</summary>
/// <param name="Vcpus">Null where the configuration leaves it to the hypervisor.</param>
public readonly record struct GuestDefaults(int? Vcpus, int? MemoryMiB);

/// <summary>A RuntimeClass's <c>overhead.podFixed</c>, in Kubernetes' units: <c>250m</c> and <c>320Mi</c>.</summary>
public sealed record GuestOverhead(string Cpu, string Memory);
