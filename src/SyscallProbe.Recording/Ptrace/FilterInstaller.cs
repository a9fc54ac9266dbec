using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;
using static SyscallProbe.Recording.Interop.PrctlHeader;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Gives a traced process the filter of <see cref="CallFilter"/>: in place of the first call of a new program the thread is made to ask for it, and then makes its own call.</summary>
/// <remarks>
/// A process may have a filter if it has CAP_SYS_ADMIN in its user namespace or can gain no privileges any more (kernel/seccomp.c, seccomp_prepare_filter, v6.18): where it is
/// refused, no_new_privs is set first. Children inherit both.
/// </remarks>
static class FilterInstaller
{
    // Below the stack pointer, what the ABI lets a function use without moving it: System V ABI for amd64, 3.2.2; arm64 has none.
    const ulong RedZoneBytes = 128;

    static readonly CallRegisters s_registers = CallRegisters.Of(Kernel.HostAbi);

    /// <summary>At the entry of a call: makes it another one. False where the thread has gone or its stack cannot be written.</summary>
    public static bool Replace(Tracee tracee)
    {
        var saved = PtraceCall.Registers(tracee.Tid);
        if (saved is null) return false;
        var registers = (ulong[])saved.Clone();
        var isFilter = tracee.Process.Filter == FilterState.Wanted;
        ReadOnlySpan<ulong> arguments = isFilter ? [PR_SET_SECCOMP, SeccompHeader.SECCOMP_MODE_FILTER, 0, 0, 0] : [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0];
        for (var i = 0; i < arguments.Length; i++) registers[s_registers.Arguments[i]] = arguments[i];
        if (isFilter && !Write(tracee.Tid, saved[s_registers.StackPointer], out registers[s_registers.Arguments[2]])) return false;
        if (s_registers.KernelNumber is { } at) registers[at] = (ulong)Kernel.NumberOf("prctl");
        tracee.Replaced = saved;
        return PtraceCall.SetRegisters(tracee.Tid, registers) && (s_registers.KernelNumber is not null || PtraceCall.SetArmNumber(tracee.Tid, Kernel.NumberOf("prctl")));
    }

    /// <summary>At the return of the call that was made instead: the thread is about to make its own call again.</summary>
    public static void Returned(Tracee tracee, long result)
    {
        var registers = tracee.Replaced!;
        tracee.Replaced = null;
        if (s_registers.KernelNumber is { } at) registers[s_registers.Number] = registers[at];
        registers[s_registers.InstructionPointer] -= (ulong)s_registers.InstructionBytes;
        PtraceCall.SetRegisters(tracee.Tid, registers);
        var process = tracee.Process;
        process.Filter = process.Filter switch
        {
            FilterState.NeedsNoNewPrivileges => FilterState.Wanted,
            _ when result == 0 => FilterState.Installed,
            _ when result == -LibC.EACCES && !process.HasOurNoNewPrivileges => FilterState.NeedsNoNewPrivileges,
            _ => FilterState.None,
        };
        if (process.Filter == FilterState.NeedsNoNewPrivileges) process.HasOurNoNewPrivileges = true;
    }

    // struct sock_fprog and the filter behind it.
    static bool Write(int tid, ulong stackPointer, out ulong address)
    {
        var program = CallFilter.Program;
        var size = Marshal.SizeOf<SockProgram>();
        address = stackPointer - RedZoneBytes - (ulong)(size + program.Length) & ~15ul;
        Span<byte> bytes = new byte[size + program.Length];
        var head = new SockProgram { len = (ushort)(program.Length / Marshal.SizeOf<SockFilter>()), filter = address + (ulong)size };
        MemoryMarshal.Write(bytes, head);
        program.CopyTo(bytes[size..]);
        return PtraceCall.WriteMemory(tid, address, bytes);
    }
}

/// <summary>How far a process is with our filter.</summary>
enum FilterState
{
    /// <summary>It has none: it stops at each call.</summary>
    None,

    /// <summary>It is to have one, by its first call.</summary>
    Wanted,

    /// <summary>It was refused one, and must give up new privileges before.</summary>
    NeedsNoNewPrivileges,

    /// <summary>It stops where the filter says.</summary>
    Installed,

    /// <summary>It has one and may have got others, which may answer before ours: it stops at each call.</summary>
    Overlaid,
}
