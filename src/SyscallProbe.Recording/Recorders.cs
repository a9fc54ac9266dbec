namespace SyscallProbe.Recording;

/// <summary>Which recorder is wanted.</summary>
public enum RecorderChoice
{
    /// <summary>eBPF, or ptrace where the kernel does not let us.</summary>
    Auto,
    Ebpf,
    Ptrace,

    /// <summary>ptrace, with a filter so that the workload stops only at calls whose arguments decide.</summary>
    PtraceSeccomp,
}

/// <summary>Opens the recorder that there is.</summary>
public static class Recorders
{
    /// <summary>Opens a recorder; the caller disposes of it.</summary>
    /// <param name="note">Why it is not eBPF and what that costs, a sentence; null where it is the one that was asked for.</param>
    /// <exception cref="FailureException">The one that was asked for cannot be used here.</exception>
    /// <param name="stacks">Whether call stacks are wanted, which eBPF alone takes.</param>
    /// <param name="late">Whether what is recorded runs already.</param>
    public static ILateRecorder Open(RecorderChoice choice, bool stacks, out string? note, bool late = false)
    {
        note = null;
        if (choice is RecorderChoice.Ptrace or RecorderChoice.PtraceSeccomp)
        {
            if (stacks) note = "no call stacks are recorded: they need the eBPF recorder";
            return choice == RecorderChoice.Ptrace ? PtraceRecorder.Open() : PtraceRecorder.OpenWithFilter();
        }
        if (stacks && !SeesHostPids())
        {
            note = "no call stacks are recorded: this tool runs in a PID namespace of its own, where the kernel's process ids are not known";
            stacks = false;
        }
        try
        {
            return BpfRecorder.Open(new BpfRecorderOptions { TakesStacks = stacks, AdoptsThreads = late && !Interop.Kernel.AddressesThreads() });
        }
        catch (FailureException e) when (choice == RecorderChoice.Auto)
        {
            note = $"recorded by ptrace, as eBPF cannot be used ({e.Failure.What}): each call of the workload takes some hundred times as long, so that time-outs may change what it does";
            return PtraceRecorder.Open();
        }
    }

    // PROC_PID_INIT_INO, include/linux/proc_ns.h (v6.18): the inode of the first PID namespace.
    static bool SeesHostPids() => new FileInfo("/proc/self/ns/pid").LinkTarget == "pid:[4026531836]";
}
