using System.Collections.Immutable;

namespace SyscallProbe.Doctor;

/// <summary>What was seen of a machine. Nothing here is a judgement: <see cref="NodeDoctor"/> makes it of this and of nothing else.</summary>
public sealed record NodeFacts
{
    /// <summary><c>amd64</c>, <c>arm64</c>, or another word in lower case.</summary>
    public required string Architecture { get; init; }

    /// <summary>As <c>uname -r</c> has it; null where it is not known.</summary>
    public string? Kernel { get; init; }

    /// <summary>Whether who looked was root: an ordinary user sees less and can start no container.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>Programs that were looked for, each once, found or not.</summary>
    public ImmutableArray<ProgramFacts> Programs { get; init; } = [];

    /// <summary>Platforms of runsc that were tried; empty without runsc or without root.</summary>
    public ImmutableArray<PlatformFacts> Platforms { get; init; } = [];

    /// <summary>Flags that runsc has, without dashes; empty where they are not known.</summary>
    public ImmutableSortedSet<string> RunscFlags { get; init; } = [];

    public required VirtualizationFacts Virtualization { get; init; }

    public CgroupFacts? Cgroup { get; init; }

    /// <summary>Every containerd that runs, or the one that is installed.</summary>
    public ImmutableArray<ContainerdFacts> Containerds { get; init; } = [];

    public CrioFacts? Crio { get; init; }

    /// <summary>Null where there is no Docker.</summary>
    public DockerFacts? Docker { get; init; }

    /// <summary>Version of NVIDIA's driver; null without one.</summary>
    public string? NvidiaDriver { get; init; }

    public RecorderFacts? Recorder { get; init; }

    /// <summary>Values below <c>/proc/sys</c> by their dotted names; those that are not there are left out.</summary>
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Files that a configuration refers to, by absolute path.</summary>
    public ImmutableSortedDictionary<string, FileFacts> Files { get; init; } = ImmutableSortedDictionary<string, FileFacts>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>What could not be looked at, and why.</summary>
    public ImmutableArray<MissingFacts> Missing { get; init; } = [];

    /// <summary>A program by its name; null where it was not looked for or not found.</summary>
    public ProgramFacts? Found(string program) => Programs.FirstOrDefault(one => one.Name == program && one.Path is not null);
}

/// <summary>A program that was looked for.</summary>
/// <param name="Path">Absolute; null where it is nowhere.</param>
/// <param name="Output">What it printed when it was asked for its version; empty where it did not.</param>
/// <param name="Error">Why it did not say its version; null where it did.</param>
/// <param name="IsForAll">Whether everyone may execute it.</param>
public sealed record ProgramFacts(string Name, string? Path, string Output = "", string? Error = null, bool IsForAll = true);

/// <summary>A container that was started, or was to be.</summary>
/// <param name="Error">What runsc said; null where the container ran.</param>
/// <param name="Took">From the start of runsc to its end.</param>
public sealed record PlatformFacts(string Platform, string? Error, TimeSpan Took);

/// <summary>How the machine can start virtual machines.</summary>
/// <param name="IsVirtual">Whether it is one itself.</param>
/// <param name="HasExtensions">Whether the processor shows VT-x or AMD-V; null where processors do not tell (arm64).</param>
/// <param name="Kvm">Null where there is no /dev/kvm.</param>
/// <param name="Devices">Those of /dev that matter to virtual machines and are there.</param>
/// <param name="Modules">Kernel modules that are loaded or built in, of those that matter to virtual machines.</param>
public sealed record VirtualizationFacts(bool IsVirtual, bool? HasExtensions, KvmFacts? Kvm, ImmutableSortedSet<string> Devices, ImmutableSortedSet<string> Modules);

/// <summary>What /dev/kvm answers.</summary>
/// <param name="ApiVersion">Of KVM_GET_API_VERSION; null where it could not be asked.</param>
/// <param name="IsRefused">Whether the file may not be opened by who looked.</param>
/// <param name="Error">Which call failed and how; null where a virtual machine was made.</param>
public sealed record KvmFacts(int? ApiVersion, bool IsRefused, string? Error);

/// <summary>The machine's cgroups.</summary>
/// <param name="Version">1 or 2; 1 where both are mounted.</param>
/// <param name="IsSystemd">Whether systemd is what the machine was started with.</param>
/// <param name="SystemdVersion">Null where it is not known.</param>
/// <param name="KubeletDriver">What the kubelet manages them by: <c>systemd</c> or <c>cgroupfs</c>; null where there is no kubelet or its configuration does not say.</param>
public sealed record CgroupFacts(int Version, bool IsSystemd, int? SystemdVersion, string? KubeletDriver = null);

/// <summary>A containerd.</summary>
/// <param name="Binary">Absolute; null where only a configuration was found.</param>
/// <param name="Version">What <c>--version</c> printed; empty where it did not.</param>
/// <param name="Pid">Null where it does not run.</param>
/// <param name="ConfigFile">Absolute; null where there is none.</param>
/// <param name="Config">What is in the file.</param>
/// <param name="Dump">What <c>containerd config dump</c> printed; null where it could not be asked.</param>
/// <param name="DumpError">Why not.</param>
/// <param name="SearchPath">Folders in which it looks for shims, its own folder last.</param>
/// <param name="SearchPathFrom">Where that was read: a process, or the default of systemd.</param>
/// <param name="Shims">Paths of the shims in these folders by their names, as the first folder has them.</param>
public sealed record ContainerdFacts(
    string? Binary, string Version, int? Pid, string? ConfigFile, string? Config, string? Dump, string? DumpError, ImmutableArray<string> SearchPath, string SearchPathFrom,
    ImmutableSortedDictionary<string, string> Shims);

/// <summary>A CRI-O.</summary>
/// <param name="Version">What <c>--version</c> printed; empty where it did not.</param>
/// <param name="Configs">Paths and contents of its files, in the order in which the later one overrides.</param>
public sealed record CrioFacts(string Version, ImmutableArray<(string Path, string Content)> Configs);

/// <summary>A Docker.</summary>
/// <param name="Version">What <c>--version</c> printed; empty where it did not.</param>
/// <param name="Config">What is in its daemon.json; null where there is none.</param>
public sealed record DockerFacts(string Version, string ConfigFile, string? Config);

/// <summary>Which recorders work.</summary>
/// <param name="EbpfError">Why eBPF does not; null where it does.</param>
/// <param name="EbpfFix">What would help; null where nothing is known.</param>
/// <param name="PtraceError">Why ptrace does not; null where it does.</param>
public sealed record RecorderFacts(string? EbpfError, string? EbpfFix, string? PtraceError);

/// <summary>A file that was looked for.</summary>
/// <param name="Text">What is in it; null where it was not read.</param>
/// <param name="Error">Why it could not be read.</param>
public sealed record FileFacts(bool IsThere, string? Text = null, string? Error = null);

/// <summary>Facts that are missing.</summary>
/// <param name="What">In words: <c>the platforms of runsc</c>.</param>
/// <param name="Error">Why.</param>
public sealed record MissingFacts(string What, string Error);
