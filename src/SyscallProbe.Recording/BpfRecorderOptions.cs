namespace SyscallProbe.Recording;

/// <summary>How much room the eBPF recorder has. What does not fit is counted as lost or said in a reason, never dropped unseen.</summary>
public sealed record BpfRecorderOptions
{
    /// <summary>Distinct kinds of call (number, key arguments, result, phase, executable); about 100 bytes each and 8 for each CPU.</summary>
    public int MaxKinds { get; init; } = 16384;

    /// <summary>Distinct kinds of call with a path; about 400 bytes each.</summary>
    public int MaxPaths { get; init; } = 16384;

    /// <summary>Distinct paths of executables; about 300 bytes each.</summary>
    public int MaxExecutables { get; init; } = 4096;

    /// <summary>Whether an execve's arguments are taken where the kernel has a tracepoint for it (Linux 6.10); without it they are not known.</summary>
    internal bool UsesPrepareExec { get; init; } = true;

    /// <summary>Where the kernel's own types are read from.</summary>
    internal string KernelTypesPath { get; init; } = Bpf.BtfTypes.KernelPath;
}
