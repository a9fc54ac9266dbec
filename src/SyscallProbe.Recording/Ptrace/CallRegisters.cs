using System.Collections.Immutable;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Which of a stopped thread's general registers, as <c>PTRACE_GETREGSET</c> lists them, a call is made of: indices of 8-byte words.</summary>
/// <param name="Arguments">The six arguments in order.</param>
/// <param name="Number">The register from which the instruction takes the number.</param>
/// <param name="KernelNumber">Where the kernel keeps the number during the call; null where only a set of its own shows it (<c>NT_ARM_SYSTEM_CALL</c>).</param>
/// <param name="InstructionBytes">Length of the instruction that makes a call: so far before the instruction pointer a call is made again.</param>
sealed record CallRegisters(ImmutableArray<int> Arguments, int Number, int? KernelNumber, int Result, int InstructionPointer, int StackPointer, int InstructionBytes)
{
    /// <summary>The code segment's register and what it is for a program of the 64-bit ABI; null where the registers themselves tell.</summary>
    public (int Register, ulong Value)? LongMode { get; private init; }

    /// <summary>As <see cref="Bpf.RegisterLayout.ResultTakesArgument"/>.</summary>
    public bool ResultTakesArgument => Arguments[0] == Result;

    /// <summary>Room for the registers of any architecture.</summary>
    public const int MostWords = 64;

    /// <summary><c>struct user_regs_struct</c>, arch/x86/include/asm/user_64.h (v6.18).</summary>
    public static readonly CallRegisters Amd64 = new([14, 13, 12, 7, 9, 8], Number: 10, KernelNumber: 15, Result: 10, InstructionPointer: 16, StackPointer: 19, InstructionBytes: 2) { LongMode = (17, 0x33) };

    /// <summary><c>struct user_pt_regs</c>, arch/arm64/include/uapi/asm/ptrace.h (v6.18).</summary>
    public static readonly CallRegisters Arm64 = new([0, 1, 2, 3, 4, 5], Number: 8, KernelNumber: null, Result: 0, InstructionPointer: 32, StackPointer: 31, InstructionBytes: 4);

    public static CallRegisters Of(Abi host) => host == Abi.Arm64 ? Arm64 : Amd64;
}
