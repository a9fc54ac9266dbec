using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>A call as a thread made it: what its entry stop shows.</summary>
readonly unsafe record struct CallEntry(Abi Abi, Nr Nr, ulong Arg0, ulong Arg1, ulong Arg2, ulong Arg3, ulong Arg4, ulong Arg5)
{
    // __X32_SYSCALL_BIT, arch/x86/include/uapi/asm/unistd.h (v6.18). With bit 31 the number is negative, and none of x32.
    const int X32Bit = 0x40000000;

    public static CallEntry Of(uint arch, in PtraceSyscallEntry entry)
    {
        // The kernel looks at the lower half of the number only.
        fixed (ulong* arguments = entry.args) return Of(arch, (int)entry.nr, new ReadOnlySpan<ulong>(arguments, 6));
    }

    /// <summary>A call by the machine's own 64-bit entry.</summary>
    public static CallEntry OfNative(int nr, ReadOnlySpan<ulong> arguments) => Of(AuditHeader.Of(Kernel.HostAbi), nr, arguments);

    public static CallEntry Of(in SeccompData data) => Of(data.arch, data.nr, data.args);

    static CallEntry Of(uint arch, int nr, ReadOnlySpan<ulong> arguments)
    {
        var abi = arch switch
        {
            AuditHeader.AUDIT_ARCH_I386 => Abi.I386,
            AuditHeader.AUDIT_ARCH_AARCH64 => Abi.Arm64,
            _ => nr >= X32Bit ? Abi.X32 : Abi.Amd64,
        };
        return new CallEntry(abi, new Nr(abi == Abi.X32 ? nr & ~X32Bit : nr), arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
    }

    /// <summary>The name, or null for a number without one.</summary>
    public string? Name => Syscalls.NameOf(Abi, Nr);

    /// <summary>Bytes of a pointer or a long in this call's structs.</summary>
    public int WordBytes => Abi is Abi.I386 or Abi.X32 ? sizeof(uint) : sizeof(ulong);

    /// <summary>An argument by position, 0 to 5.</summary>
    public ulong this[int position] => position switch { 0 => Arg0, 1 => Arg1, 2 => Arg2, 3 => Arg3, 4 => Arg4, _ => Arg5 };
}
