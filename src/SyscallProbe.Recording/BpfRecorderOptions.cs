namespace SyscallProbe.Recording;

/// <summary>The room of the eBPF recorder's tables in the kernel: a kind takes about 100 bytes and 8 for each CPU, one with a path 400, an executable 300.</summary>
public sealed record BpfRecorderOptions : RecorderLimits
{
    /// <summary>Whether an execve's arguments are taken where the kernel has a tracepoint for it (Linux 6.10); without it they are not known.</summary>
    internal bool UsesPrepareExec { get; init; } = true;

    /// <summary>Whether operations of io_uring rings are counted where the kernel shows them (Linux 6.0); else evidence says that they are missing.</summary>
    internal bool SeesRings { get; init; } = true;

    /// <summary>Whether the programs read kernel memory without helpers where the verifier allows it (Linux 6.2): the same calls are counted, sooner.</summary>
    internal bool ReadsTyped { get; init; } = true;

    /// <summary>Whether the call stack of each kind's first occurrence is taken: 1 MiB more, and nothing but a comparison for calls that are counted already.</summary>
    public bool TakesStacks { get; init; }

    /// <summary>
    /// Whether a thread without a mark takes over that of its process at the return of its next call: for processes that run already, where the kernel lets nobody
    /// address a single thread (before Linux 6.9). Costs every call of the machine a second look.
    /// </summary>
    internal bool AdoptsThreads { get; init; }

    /// <summary>Where the kernel's own types are read from.</summary>
    internal string KernelTypesPath { get; init; } = Bpf.BtfTypes.KernelPath;
}
