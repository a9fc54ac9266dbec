using System.Collections.Immutable;

namespace SyscallProbe.Recording.Bpf;

/// <summary>Where one ABI has a call's number, arguments and result when the call is about to return: members of <c>struct pt_regs</c>.</summary>
/// <param name="Arguments">The six argument registers in order. Where the result overwrites the first, the kernel's copy of it.</param>
readonly record struct AbiRegisters(Abi Abi, ImmutableArray<string> Arguments);

/// <summary>How an architecture shows a syscall to the programs. The member names are looked up in the kernel's BTF.</summary>
/// <param name="Native">The architecture's own ABI.</param>
/// <param name="Number">The number as the process passed it, or -1 where the kernel has forgotten it (after a return from a signal handler).</param>
/// <param name="NumberWidth">Width of <paramref name="Number"/>; the kernel looks at the lower 32 bits only.</param>
/// <param name="Result">The result's register.</param>
/// <param name="Compat">The 32-bit ABI that a task may use call by call, or null.</param>
/// <param name="CompatFlag">Member of <c>struct task_struct</c> that says which of the two the present call uses.</param>
/// <param name="CompatMask">The bit of it that stands for <paramref name="Compat"/>.</param>
/// <param name="ForeignBit">Bit of the number that makes it <paramref name="Foreign"/>, or 0.</param>
sealed record RegisterLayout(
    AbiRegisters Native, string Number, Width NumberWidth, string Result,
    AbiRegisters? Compat, string CompatFlag, int CompatMask, int ForeignBit, Abi Foreign)
{
    /// <summary>
    /// Whether the result's register is that of the first argument. Then it has the argument as long as there is no result, where another has ENOSYS (arch/x86/entry/entry_64.S, v6.18);
    /// and what a seccomp filter refuses by a signal gets the argument back, where another gets the number (syscall_rollback, asm/syscall.h of both, v6.18).
    /// </summary>
    public bool ResultTakesArgument { get; private init; }

    /// <summary>arch/x86/include/asm/ptrace.h, syscall.h and thread_info.h: TS_COMPAT is 2 (v6.18). <c>int 0x80</c> passes bx, cx, dx, si, di, bp.</summary>
    public static readonly RegisterLayout Amd64 = new(
        new AbiRegisters(Abi.Amd64, ["di", "si", "dx", "r10", "r8", "r9"]), "orig_ax", Width.U64, "ax",
        new AbiRegisters(Abi.I386, ["bx", "cx", "dx", "si", "di", "bp"]), "thread_info.status", 2, 0x40000000, Abi.X32);

    /// <summary>arch/arm64/include/asm/ptrace.h (v6.18). 32-bit Arm is no ABI of ours: such a process has no argument that would be understood.</summary>
    public static readonly RegisterLayout Arm64 = new(
        new AbiRegisters(Abi.Arm64, ["orig_x0", "regs[1]", "regs[2]", "regs[3]", "regs[4]", "regs[5]"]), "syscallno", Width.U32, "regs[0]",
        null, "", 0, 0, default) { ResultTakesArgument = true };

    public static RegisterLayout Of(Abi host) => host == Abi.Arm64 ? Arm64 : Amd64;

    /// <summary>The ABIs that the programs tell apart, in the order of their tables.</summary>
    public ImmutableArray<Abi> Abis => Compat is { } compat ? [Native.Abi, compat.Abi, Foreign] : [Native.Abi];
}
