using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf;

/// <summary>A place in a program that is jumped to before or after it is known.</summary>
sealed class Label
{
    /// <summary>Index of the instruction that follows, or -1 until it is placed.</summary>
    public int Index { get; set; } = -1;
}

/// <summary>Writes eBPF byte code. Immediates are sign-extended to 64 bits, as the machine does.</summary>
/// <remarks>Source: Documentation/bpf/standardization/instruction-set.rst (v6.18). Knows nothing of the kernel: see <see cref="BpfProgram"/>.</remarks>
sealed class Assembler
{
    readonly List<Instruction> _code = [];
    readonly List<(int Index, Label Target)> _jumps = [];

    /// <summary>Copies a register.</summary>
    public void Move(Register destination, Register source) => Emit(BPF_ALU64 | BPF_MOV | BPF_X, destination, source);

    public void Move(Register destination, int immediate) => Emit(BPF_ALU64 | BPF_MOV | BPF_K, destination, immediate: immediate);

    /// <summary>Copies the lower half and clears the upper one.</summary>
    public void Move32(Register destination, Register source) => Emit(BPF_ALU | BPF_MOV | BPF_X, destination, source);

    /// <summary>Loads 64 bits; takes two slots.</summary>
    public void Load64(Register destination, ulong immediate) => Wide(destination, 0, (int)immediate, (int)(immediate >> 32));

    /// <summary>Loads a map for a helper's argument; takes two slots.</summary>
    public void LoadMap(Register destination, int mapFd) => Wide(destination, BPF_PSEUDO_MAP_FD, mapFd, 0);

    /// <summary>Loads the address of a byte in the value of an array map of one entry; takes two slots.</summary>
    public void LoadMapValue(Register destination, int mapFd, int offsetBytes) => Wide(destination, BPF_PSEUDO_MAP_VALUE, mapFd, offsetBytes);

    /// <summary>destination = *(source + offset), zero-extended.</summary>
    public void Load(Width width, Register destination, Register source, int offset) =>
        Emit(BPF_LDX | BPF_MEM | (int)width, destination, source, offset);

    /// <summary>*(destination + offset) = source.</summary>
    public void Store(Width width, Register destination, int offset, Register source) =>
        Emit(BPF_STX | BPF_MEM | (int)width, destination, source, offset);

    public void Store(Width width, Register destination, int offset, int immediate) =>
        Emit(BPF_ST | BPF_MEM | (int)width, destination, default, offset, immediate);

    /// <summary>*(destination + offset) += source, atomically; 32 or 64 bits.</summary>
    public void AtomicAdd(Width width, Register destination, int offset, Register source) =>
        Emit(BPF_STX | BPF_ATOMIC | (int)width, destination, source, offset, BPF_ADD);

    /// <summary>As <see cref="AtomicAdd"/>, and leaves the value from before in <paramref name="source"/>.</summary>
    public void AtomicFetchAdd(Width width, Register destination, int offset, Register source) =>
        Emit(BPF_STX | BPF_ATOMIC | (int)width, destination, source, offset, BPF_ADD | BPF_FETCH);

    public void Add(Register destination, Register source) => Emit(BPF_ALU64 | BPF_ADD | BPF_X, destination, source);

    public void Add(Register destination, int immediate) => Emit(BPF_ALU64 | BPF_ADD | BPF_K, destination, immediate: immediate);

    public void Multiply(Register destination, int immediate) => Emit(BPF_ALU64 | BPF_MUL | BPF_K, destination, immediate: immediate);

    public void And(Register destination, Register source) => Emit(BPF_ALU64 | BPF_AND | BPF_X, destination, source);

    public void And(Register destination, int immediate) => Emit(BPF_ALU64 | BPF_AND | BPF_K, destination, immediate: immediate);

    public void Or(Register destination, Register source) => Emit(BPF_ALU64 | BPF_OR | BPF_X, destination, source);

    public void Or(Register destination, int immediate) => Emit(BPF_ALU64 | BPF_OR | BPF_K, destination, immediate: immediate);

    public void ShiftLeft(Register destination, int bits) => Emit(BPF_ALU64 | BPF_LSH | BPF_K, destination, immediate: bits);

    public void ShiftRight(Register destination, Register bits) => Emit(BPF_ALU64 | BPF_RSH | BPF_X, destination, bits);

    public void Xor(Register destination, Register source) => Emit(BPF_ALU64 | BPF_XOR | BPF_X, destination, source);

    public void ShiftRight(Register destination, int bits) => Emit(BPF_ALU64 | BPF_RSH | BPF_K, destination, immediate: bits);

    public void Negate(Register destination) => Emit(BPF_ALU64 | BPF_NEG, destination);

    public void Jump(Label target) => EmitJump(BPF_JMP | BPF_JA, target);

    public void JumpIf(Condition condition, Register left, int right, Label target) =>
        EmitJump(BPF_JMP | (int)condition | BPF_K, target, left, immediate: right);

    public void JumpIf(Condition condition, Register left, Register right, Label target) =>
        EmitJump(BPF_JMP | (int)condition | BPF_X, target, left, right);

    /// <summary>Calls a helper by its <c>BPF_FUNC_</c> id.</summary>
    public void Call(int helper) => Emit(BPF_JMP | BPF_CALL, immediate: helper);

    /// <summary>Calls a function of the kernel by its id in the kernel's types.</summary>
    public void CallKernel(int function) => Emit(BPF_JMP | BPF_CALL, source: (Register)BPF_PSEUDO_KFUNC_CALL, immediate: function);

    public void Exit() => Emit(BPF_JMP | BPF_EXIT);

    /// <summary>Puts a label before the next instruction.</summary>
    public void Place(Label label)
    {
        if (label.Index >= 0) throw new InvalidOperationException($"the label is placed already, at instruction {label.Index}");
        label.Index = _code.Count;
    }

    /// <summary>The program with its jumps resolved.</summary>
    /// <exception cref="InvalidOperationException">A jump's label was never placed.</exception>
    /// <exception cref="OverflowException">A jump goes farther than 16 bits allow.</exception>
    public Instruction[] Assemble()
    {
        var program = _code.ToArray();
        foreach (var (index, target) in _jumps)
        {
            if (target.Index < 0) throw new InvalidOperationException($"instruction {index} jumps to a label that is nowhere");
            program[index] = program[index] with { Offset = checked((short)(target.Index - index - 1)) };
        }
        return program;
    }

    void Emit(int code, Register destination = default, Register source = default, int offset = 0, int immediate = 0) =>
        _code.Add(new Instruction(code, destination, source, offset, immediate));

    void EmitJump(int code, Label target, Register left = default, Register right = default, int immediate = 0)
    {
        _jumps.Add((_code.Count, target));
        Emit(code, left, right, 0, immediate);
    }

    void Wide(Register destination, byte pseudo, int low, int high)
    {
        Emit(BPF_LD | BPF_DW | BPF_IMM, destination, (Register)pseudo, 0, low);
        Emit(0, immediate: high);
    }
}
