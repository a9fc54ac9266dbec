using System.Runtime.InteropServices;

namespace SyscallProbe.Recording.Interop;

/// <summary>Constants of <c>include/uapi/linux/ptrace.h</c> (v6.18), under the names they have there.</summary>
static class PtraceHeader
{
    public const int PTRACE_CONT = 7;
    public const int PTRACE_DETACH = 17;
    public const int PTRACE_SYSCALL = 24;
    public const int PTRACE_GETEVENTMSG = 0x4201;
    public const int PTRACE_GETREGSET = 0x4204;
    public const int PTRACE_SETREGSET = 0x4205;
    public const int PTRACE_SEIZE = 0x4206;
    public const int PTRACE_INTERRUPT = 0x4207;
    public const int PTRACE_LISTEN = 0x4208;
    public const int PTRACE_GET_SYSCALL_INFO = 0x420e;

    public const int PTRACE_O_TRACESYSGOOD = 1;
    public const int PTRACE_O_TRACEFORK = 2;
    public const int PTRACE_O_TRACEVFORK = 4;
    public const int PTRACE_O_TRACECLONE = 8;
    public const int PTRACE_O_TRACEEXEC = 16;
    public const int PTRACE_O_TRACEEXIT = 64;
    public const int PTRACE_O_TRACESECCOMP = 128;
    public const int PTRACE_O_EXITKILL = 0x100000;

    public const int PTRACE_EVENT_FORK = 1;
    public const int PTRACE_EVENT_VFORK = 2;
    public const int PTRACE_EVENT_CLONE = 3;
    public const int PTRACE_EVENT_EXEC = 4;
    public const int PTRACE_EVENT_EXIT = 6;
    public const int PTRACE_EVENT_SECCOMP = 7;
    public const int PTRACE_EVENT_STOP = 128;

    public const int PTRACE_SYSCALL_INFO_ENTRY = 1;
    public const int PTRACE_SYSCALL_INFO_EXIT = 2;
    public const int PTRACE_SYSCALL_INFO_SECCOMP = 3;
}

/// <summary>Constants of <c>include/uapi/linux/audit.h</c> (v6.18): which convention a call was made by.</summary>
static class AuditHeader
{
    public const uint AUDIT_ARCH_X86_64 = 0xc000003e;
    public const uint AUDIT_ARCH_I386 = 0x40000003;
    public const uint AUDIT_ARCH_AARCH64 = 0xc00000b7;

    /// <summary>That of a machine's own 64-bit entry.</summary>
    public static uint Of(Abi host) => host == Abi.Arm64 ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64;
}

/// <summary>Constants of <c>include/uapi/linux/auxvec.h</c> (v6.18).</summary>
static class AuxvHeader
{
    public const int AT_EXECFN = 31;
}

/// <summary>Constants of <c>include/uapi/linux/elf.h</c> (v6.18).</summary>
static class ElfHeader
{
    public const int NT_PRSTATUS = 1;
    public const int NT_ARM_SYSTEM_CALL = 0x404;
}

/// <summary>Constants of <c>include/uapi/linux/wait.h</c> (v6.18), for wait4(2).</summary>
static class Wait4Header
{
    /// <summary>Of this thread's children and tracees alone: else those of System.Diagnostics.Process would be reaped.</summary>
    public const int __WNOTHREAD = 0x20000000;
    public const int __WALL = 0x40000000;
}

/// <summary>What <c>struct ptrace_syscall_info</c> says at every stop.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
struct PtraceSyscallInfo
{
    [FieldOffset(0)]
    public byte op;

    [FieldOffset(4)]
    public uint arch;

    [FieldOffset(8)]
    public ulong instruction_pointer;

    [FieldOffset(16)]
    public ulong stack_pointer;
}

/// <summary>Its member <c>entry</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
unsafe struct PtraceSyscallEntry
{
    [FieldOffset(24)]
    public ulong nr;

    [FieldOffset(32)]
    public fixed ulong args[6];
}

/// <summary>Its member <c>exit</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
struct PtraceSyscallExit
{
    [FieldOffset(24)]
    public long rval;
}

/// <summary><c>struct sigaction</c> of <c>signal.h</c> (glibc 2.36, 64 bit).</summary>
[StructLayout(LayoutKind.Explicit, Size = 152)]
struct SignalAction
{
    [FieldOffset(0)]
    public nint sa_handler;

    [FieldOffset(136)]
    public int sa_flags;
}
