using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>A call that makes a child which is not to be traced (CLONE_UNTRACED), while the flag is taken away.</summary>
/// <remarks>
/// Nothing but a tracer feels the flag (kernel_clone, kernel/fork.c, v6.18): with it the kernel does not tell of the child, whose calls would be missing and, under a filter of ours,
/// be answered with ENOSYS, as there is nobody to ask. What the program gave is put back before it or its child goes on.
/// </remarks>
/// <param name="Call">The call as it was made.</param>
/// <param name="Flags">Its first argument, or the flags in the struct that this points to.</param>
readonly record struct UntracedClone(CallEntry Call, ulong Flags)
{
    // include/uapi/linux/sched.h (v6.18).
    const ulong CLONE_UNTRACED = 0x00800000;

    static readonly CallRegisters s_registers = CallRegisters.Of(Kernel.HostAbi);

    /// <summary>At the entry of a call: takes the flag away. Null where it has none.</summary>
    /// <param name="isLeft">Whether it has the flag and keeps it: the call is of another ABI, or its struct cannot be written.</param>
    public static UntracedClone? Of(int tid, in CallEntry call, out bool isLeft)
    {
        isLeft = false;
        if (call.Name is not ("clone" or "clone3")) return null;
        var clone = new UntracedClone(call, call.Name == "clone" ? call.Arg0 : ProcessMemory.ReadNumber(tid, call.Arg0, sizeof(ulong)) ?? 0);
        if ((clone.Flags & CLONE_UNTRACED) == 0) return null;
        isLeft = call.Abi != Kernel.HostAbi || !clone.Write(tid, clone.Flags & ~CLONE_UNTRACED);
        return isLeft ? null : clone;
    }

    /// <summary>Gives the flag back, in the struct or, where a call leaves that alone, in the register.</summary>
    /// <param name="tid">The thread that made the call, or the child, which has a copy of both.</param>
    public void Restore(int tid)
    {
        if (Call.Name == "clone" && s_registers.ResultTakesArgument) return;
        Write(tid, Flags);
    }

    bool Write(int tid, ulong flags)
    {
        if (Call.Name == "clone3") return PtraceCall.WriteMemory(tid, Call.Arg0, BitConverter.GetBytes(flags));
        if (PtraceCall.Registers(tid) is not { } registers) return false;
        registers[s_registers.Arguments[0]] = flags;
        return PtraceCall.SetRegisters(tid, registers);
    }
}
