namespace SyscallProbe.Recording;

/// <summary>Which recorder is wanted.</summary>
public enum RecorderChoice
{
    /// <summary>eBPF, or ptrace where the kernel does not let us.</summary>
    Auto,
    Ebpf,
    Ptrace,
}

/// <summary>Opens the recorder that there is.</summary>
public static class Recorders
{
    /// <summary>Opens a recorder; the caller disposes of it.</summary>
    /// <param name="note">Why it is not eBPF and what that costs, a sentence; null where it is the one that was asked for.</param>
    /// <exception cref="FailureException">The one that was asked for cannot be used here.</exception>
    public static IRecorder Open(RecorderChoice choice, out string? note)
    {
        note = null;
        if (choice == RecorderChoice.Ptrace) return PtraceRecorder.Open();
        try
        {
            return BpfRecorder.Open();
        }
        catch (FailureException e) when (choice == RecorderChoice.Auto)
        {
            note = $"recorded by ptrace, as eBPF cannot be used ({e.Failure.What}): each call of the workload takes some hundred times as long, so that time-outs may change what it does";
            return PtraceRecorder.Open();
        }
    }
}
