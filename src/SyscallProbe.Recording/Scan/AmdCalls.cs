using System.Buffers.Binary;
using Iced.Intel;
using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Scan;

/// <summary>Finds calls with a constant number in x86-64 code: <c>syscall</c> instructions, and calls of functions that are handed the number, as libc's <c>syscall()</c>.</summary>
/// <remarks>
/// The bytes of the instruction are looked for, and what is in front of them is decoded, so that the cost is that of a search through memory. A number that is not put into its register in
/// the instructions just before is not found.
/// </remarks>
sealed class AmdCalls(SafeFileHandle file, ElfCode elf)
{
    // The most instructions between the number and the call; enough for all arguments to be put in place.
    const int MostInstructions = 24;
    const int WindowBytes = 120, LongestInstruction = 15, FunctionAlignment = 16;

    // Of the C library's function with the number as first parameter; by it the others are found as well, as their code looks the same.
    const string WrapperName = "syscall";

    readonly HashSet<CallSite> _sites = [];
    readonly Dictionary<ulong, Register> _wrappers = [];
    readonly List<Instruction> _instructions = new(WindowBytes);
    readonly InstructionInfoFactory _facts = new();

    /// <summary>All sites, in no order.</summary>
    public static IReadOnlyCollection<CallSite> Find(SafeFileHandle file, ElfCode elf)
    {
        var calls = new AmdCalls(file, elf);
        calls.ForEach(calls.FindInstructions);
        if (calls._wrappers.Count > 0 || calls.HasWrapperSlot) calls.ForEach(calls.FindWrapperCalls);
        return calls._sites;
    }

    bool HasWrapperSlot => elf.Slots.ContainsValue(WrapperName);

    void ForEach(Action<Piece> look)
    {
        foreach (var range in elf.Code) CodeReader.Pieces(file, range, look);
    }

    void FindInstructions(Piece piece)
    {
        ReadOnlySpan<byte> syscall = [0x0f, 0x05], indirectJump = [0xff, 0x25];
        foreach (var at in Occurrences(piece, syscall))
        {
            if (NumberAt(piece, at, Register.RAX, out var entries) is { } number) Add(piece, at, number);
            foreach (var (address, register) in entries) _wrappers[address] = register;
        }
        if (!HasWrapperSlot) return;
        // The stub that leads to another file's function: with or without endbr64 (4 bytes) and a bnd prefix (1 byte) before the jump.
        foreach (var at in Occurrences(piece, indirectJump))
        {
            if (!LeadsToWrapper(piece, at)) continue;
            foreach (var before in (ReadOnlySpan<int>)[0, 1, 4, 5]) _wrappers[piece.Address + (ulong)(at - before)] = Register.RDI;
        }
    }

    void FindWrapperCalls(Piece piece)
    {
        var code = piece.Span;
        for (var at = Math.Max(0, piece.From - LongestInstruction); at + 5 <= code.Length; at++)
        {
            var next = code[at..].IndexOfAny((byte)0xe8, (byte)0xe9, (byte)0xff);
            if (next < 0 || (at += next) + 6 > code.Length) return;
            var isIndirect = code[at] == 0xff;
            Register register;
            if (isIndirect)
            {
                if (code[at + 1] is not (0x15 or 0x25) || !LeadsToWrapper(piece, at)) continue;
                register = Register.RDI;
            }
            else
            {
                var target = piece.Address + (ulong)at + 5 + (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(code[(at + 1)..]);
                if (!_wrappers.TryGetValue(target, out register)) continue;
            }
            if (NumberAt(piece, at, register, out _) is { } number) Add(piece, at, number);
        }
    }

    void Add(Piece piece, int at, ulong number)
    {
        // A number of the x32 ABI, and one that cannot be a syscall's, are something else.
        if (number <= ushort.MaxValue) _sites.Add(new CallSite(piece.Address + (ulong)at, new Nr((int)number)));
    }

    bool LeadsToWrapper(Piece piece, int at) =>
        at + 6 <= piece.Length && elf.Slots.TryGetValue(piece.Address + (ulong)at + 6 + (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(piece.Span[(at + 2)..]), out var name) && name == WrapperName;

    static List<int> Occurrences(Piece piece, ReadOnlySpan<byte> pattern)
    {
        var found = new List<int>();
        // A pattern that begins in the piece before ends in this one.
        for (var at = Math.Max(0, piece.From - LongestInstruction); at < piece.Length; at++)
        {
            var next = piece.Span[at..].IndexOf(pattern);
            if (next < 0) break;
            found.Add(at += next);
        }
        return found;
    }

    /// <summary>The constant in a register before an instruction; null where there is none.</summary>
    /// <param name="entries">Where the number is the function's parameter: addresses at which the function may begin, with the parameter's register.</param>
    ulong? NumberAt(Piece piece, int at, Register register, out List<(ulong Address, Register Register)> entries)
    {
        entries = [];
        if (!DecodeBefore(piece, at)) return null;
        for (var i = _instructions.Count - 1; i >= Math.Max(0, _instructions.Count - MostInstructions); i--)
        {
            var instruction = _instructions[i];
            if (EndsFunction(i))
            {
                AddEntries(entries, i, register, piece.Address + (ulong)at);
                return null;
            }
            if (instruction.FlowControl is not (FlowControl.Next or FlowControl.ConditionalBranch)) return null;
            if (!Writes(instruction, register)) continue;
            switch (instruction.Code)
            {
                case Code.Mov_r32_imm32 or Code.Mov_rm32_imm32:
                    return instruction.Immediate32;
                case Code.Mov_r64_imm64 or Code.Mov_rm64_imm32:
                    return instruction.GetImmediate(1);
                case Code.Xor_r32_rm32 or Code.Xor_rm32_r32 when instruction.Op0Register == instruction.Op1Register:
                    return 0;
                case Code.Pop_r64 when i > 0 && _instructions[i - 1].Code is Code.Pushq_imm8 or Code.Pushq_imm32:
                    return _instructions[i - 1].GetImmediate(0);
                case Code.Mov_r32_rm32 or Code.Mov_rm32_r32 or Code.Mov_r64_rm64 or Code.Mov_rm64_r64 when instruction is { Op0Kind: OpKind.Register, Op1Kind: OpKind.Register }:
                    register = instruction.Op1Register.GetFullRegister();
                    break;
                default:
                    return null;
            }
        }
        return null;
    }

    void AddEntries(List<(ulong, Register)> entries, int before, Register register, ulong callAddress)
    {
        if (register is not (Register.RDI or Register.RAX)) return;
        var first = before + 1;
        while (first < _instructions.Count && _instructions[first].Mnemonic == Mnemonic.Nop) first++;
        entries.Add((first < _instructions.Count ? _instructions[first].IP : callAddress, register));
        if (_instructions[before].Mnemonic == Mnemonic.Endbr64) entries.Add((_instructions[before].IP, register));
    }

    // Whether a function may begin behind an instruction: it is its mark for indirect branches, the end of the one before, or a call that does not return, with nothing but padding behind.
    bool EndsFunction(int at) => _instructions[at] switch
    {
        { Mnemonic: Mnemonic.Endbr64 or Mnemonic.Ret or Mnemonic.Int3 or Mnemonic.Ud2 } or { FlowControl: FlowControl.UnconditionalBranch } => true,
        { FlowControl: FlowControl.Call or FlowControl.IndirectCall } => at + 1 < _instructions.Count && (_instructions[at + 1].Mnemonic == Mnemonic.Nop || _instructions[at + 1].IP % FunctionAlignment == 0),
        _ => false,
    };

    bool Writes(in Instruction instruction, Register register)
    {
        foreach (var used in _facts.GetInfo(instruction).GetUsedRegisters())
        {
            if (used.Register.GetFullRegister() == register && used.Access is not (OpAccess.Read or OpAccess.CondRead or OpAccess.None or OpAccess.NoMemAccess)) return true;
        }
        return false;
    }

    // Code is decoded from some way before on: instructions that begin at a wrong byte soon fall into step with the right ones.
    bool DecodeBefore(Piece piece, int at)
    {
        for (var shift = 0; shift < LongestInstruction; shift++)
        {
            var from = Math.Max(0, at - WindowBytes + shift);
            _instructions.Clear();
            var decoder = Decoder.Create(64, new ByteArrayCodeReader(piece.Bytes, from, at - from), piece.Address + (ulong)from);
            var end = piece.Address + (ulong)at;
            while (decoder.IP < end)
            {
                decoder.Decode(out var instruction);
                if (instruction.IsInvalid) _instructions.Clear();
                else _instructions.Add(instruction);
            }
            if (decoder.IP == end && _instructions.Count > 0) return true;
        }
        return false;
    }
}
