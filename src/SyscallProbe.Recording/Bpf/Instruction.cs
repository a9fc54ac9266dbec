using System.Runtime.InteropServices;

namespace SyscallProbe.Recording.Bpf;

/// <summary>One eBPF instruction as bpf(2) takes it.</summary>
/// <remarks>
/// <code>
///  byte 0   1           2..3      4..7
/// +------+-----+-----+---------+-----------+
/// | code | dst | src | offset  | immediate |   dst: low nibble, src: high nibble (little endian)
/// +------+-----+-----+---------+-----------+
/// </code>
/// <c>struct bpf_insn</c>, include/uapi/linux/bpf.h.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
readonly record struct Instruction(byte Code, byte Registers, short Offset, int Immediate)
{
    public Instruction(int code, Register destination, Register source, int offset, int immediate)
        : this((byte)code, (byte)((int)destination | (int)source << 4), checked((short)offset), immediate)
    {
    }
}

/// <summary>The registers of the virtual machine.</summary>
enum Register : byte
{
    /// <summary>Result of a call, and of the program.</summary>
    R0,

    /// <summary>First argument of a call; at entry the context. R1 to R5 are lost in a call.</summary>
    R1,
    R2,
    R3,
    R4,
    R5,

    /// <summary>R6 to R9 survive calls.</summary>
    R6,
    R7,
    R8,
    R9,

    /// <summary>End of the 512 bytes of stack, read-only.</summary>
    Frame,
}

/// <summary>Width of a load or store; the values are the size bits of the instruction.</summary>
enum Width : byte
{
    U8 = Interop.BpfHeader.BPF_B,
    U16 = Interop.BpfHeader.BPF_H,
    U32 = Interop.BpfHeader.BPF_W,
    U64 = Interop.BpfHeader.BPF_DW,
}

/// <summary>When a jump is taken; the values are the operation bits of the instruction.</summary>
enum Condition : byte
{
    Equal = Interop.BpfHeader.BPF_JEQ,
    NotEqual = Interop.BpfHeader.BPF_JNE,

    /// <summary>Any common bit.</summary>
    AnyBit = Interop.BpfHeader.BPF_JSET,
    Above = Interop.BpfHeader.BPF_JGT,
    AboveOrEqual = Interop.BpfHeader.BPF_JGE,
    Below = Interop.BpfHeader.BPF_JLT,
    BelowOrEqual = Interop.BpfHeader.BPF_JLE,
    SignedGreater = Interop.BpfHeader.BPF_JSGT,
    SignedGreaterOrEqual = Interop.BpfHeader.BPF_JSGE,
    SignedLess = Interop.BpfHeader.BPF_JSLT,
    SignedLessOrEqual = Interop.BpfHeader.BPF_JSLE,
}
