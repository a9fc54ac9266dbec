using System.Runtime.InteropServices;
using SyscallProbe.Recording.Bpf;

namespace SyscallProbe.Recording.Tests.Bpf;

public sealed class AssemblerTests
{
    static readonly Label s_next = new();

    // The bytes are what "llvm-mc -triple=bpfel -mcpu=v3 -show-encoding" gives for the text. Maps, stores of constants, atomic_fetch_add and "&" are
    // none of its texts: theirs are after Documentation/bpf/standardization/instruction-set.rst.
    public static TheoryData<string, string> Encodings => new()
    {
        { "r1 = r6", "bf 61 00 00 00 00 00 00" },
        { "r1 = -1", "b7 01 00 00 ff ff ff ff" },
        { "w1 = w2", "bc 21 00 00 00 00 00 00" },
        { "r3 = 0x123456789abcdef0 ll", "18 03 00 00 f0 de bc 9a 00 00 00 00 78 56 34 12" },
        { "r1 = map 5", "18 11 00 00 05 00 00 00 00 00 00 00 00 00 00 00" },
        { "r1 = value of map 5, byte 8", "18 21 00 00 05 00 00 00 00 00 00 00 08 00 00 00" },
        { "r0 = *(u8 *)(r6 + 4)", "71 60 04 00 00 00 00 00" },
        { "r0 = *(u16 *)(r6 + 4)", "69 60 04 00 00 00 00 00" },
        { "r0 = *(u32 *)(r6 + 4)", "61 60 04 00 00 00 00 00" },
        { "r0 = *(u64 *)(r10 - 16)", "79 a0 f0 ff 00 00 00 00" },
        { "*(u8 *)(r10 - 1) = r2", "73 2a ff ff 00 00 00 00" },
        { "*(u64 *)(r10 - 8) = r2", "7b 2a f8 ff 00 00 00 00" },
        { "*(u32 *)(r10 - 4) = 7", "62 0a fc ff 07 00 00 00" },
        { "*(u64 *)(r10 - 8) = -1", "7a 0a f8 ff ff ff ff ff" },
        { "lock *(u64 *)(r1 + 8) += r2", "db 21 08 00 00 00 00 00" },
        { "r2 = atomic_fetch_add((u32 *)(r1 + 0), r2)", "c3 21 00 00 01 00 00 00" },
        { "r1 += r2", "0f 21 00 00 00 00 00 00" },
        { "r1 += -8", "07 01 00 00 f8 ff ff ff" },
        { "r1 *= 24", "27 01 00 00 18 00 00 00" },
        { "r1 &= r2", "5f 21 00 00 00 00 00 00" },
        { "r1 &= 7", "57 01 00 00 07 00 00 00" },
        { "r1 |= r2", "4f 21 00 00 00 00 00 00" },
        { "r1 |= 32", "47 01 00 00 20 00 00 00" },
        { "r1 <<= 3", "67 01 00 00 03 00 00 00" },
        { "r1 >>= 30", "77 01 00 00 1e 00 00 00" },
        { "r1 = -r1", "87 01 00 00 00 00 00 00" },
        { "goto +0", "05 00 00 00 00 00 00 00" },
        { "if r1 == 5 goto +0", "15 01 00 00 05 00 00 00" },
        { "if r1 != r2 goto +0", "5d 21 00 00 00 00 00 00" },
        { "if r1 & 16 goto +0", "45 01 00 00 10 00 00 00" },
        { "if r1 > 511 goto +0", "25 01 00 00 ff 01 00 00" },
        { "if r1 >= 2 goto +0", "35 01 00 00 02 00 00 00" },
        { "if r1 < 64 goto +0", "a5 01 00 00 40 00 00 00" },
        { "if r1 <= 1 goto +0", "b5 01 00 00 01 00 00 00" },
        { "if r0 s< 0 goto +0", "c5 00 00 00 00 00 00 00" },
        { "if r0 s> -1 goto +0", "65 00 00 00 ff ff ff ff" },
        { "if r0 s>= r1 goto +0", "7d 10 00 00 00 00 00 00" },
        { "if r0 s<= r1 goto +0", "dd 10 00 00 00 00 00 00" },
        { "call 158", "85 00 00 00 9e 00 00 00" },
        { "exit", "95 00 00 00 00 00 00 00" },
    };

    static readonly Dictionary<string, Action<Assembler>> s_operations = new()
    {
        ["r1 = r6"] = code => code.Move(Register.R1, Register.R6),
        ["r1 = -1"] = code => code.Move(Register.R1, -1),
        ["w1 = w2"] = code => code.Move32(Register.R1, Register.R2),
        ["r3 = 0x123456789abcdef0 ll"] = code => code.Load64(Register.R3, 0x123456789abcdef0),
        ["r1 = map 5"] = code => code.LoadMap(Register.R1, 5),
        ["r1 = value of map 5, byte 8"] = code => code.LoadMapValue(Register.R1, 5, 8),
        ["r0 = *(u8 *)(r6 + 4)"] = code => code.Load(Width.U8, Register.R0, Register.R6, 4),
        ["r0 = *(u16 *)(r6 + 4)"] = code => code.Load(Width.U16, Register.R0, Register.R6, 4),
        ["r0 = *(u32 *)(r6 + 4)"] = code => code.Load(Width.U32, Register.R0, Register.R6, 4),
        ["r0 = *(u64 *)(r10 - 16)"] = code => code.Load(Width.U64, Register.R0, Register.Frame, -16),
        ["*(u8 *)(r10 - 1) = r2"] = code => code.Store(Width.U8, Register.Frame, -1, Register.R2),
        ["*(u64 *)(r10 - 8) = r2"] = code => code.Store(Width.U64, Register.Frame, -8, Register.R2),
        ["*(u32 *)(r10 - 4) = 7"] = code => code.Store(Width.U32, Register.Frame, -4, 7),
        ["*(u64 *)(r10 - 8) = -1"] = code => code.Store(Width.U64, Register.Frame, -8, -1),
        ["lock *(u64 *)(r1 + 8) += r2"] = code => code.AtomicAdd(Width.U64, Register.R1, 8, Register.R2),
        ["r2 = atomic_fetch_add((u32 *)(r1 + 0), r2)"] = code => code.AtomicFetchAdd(Width.U32, Register.R1, 0, Register.R2),
        ["r1 += r2"] = code => code.Add(Register.R1, Register.R2),
        ["r1 += -8"] = code => code.Add(Register.R1, -8),
        ["r1 *= 24"] = code => code.Multiply(Register.R1, 24),
        ["r1 &= r2"] = code => code.And(Register.R1, Register.R2),
        ["r1 &= 7"] = code => code.And(Register.R1, 7),
        ["r1 |= r2"] = code => code.Or(Register.R1, Register.R2),
        ["r1 |= 32"] = code => code.Or(Register.R1, 32),
        ["r1 <<= 3"] = code => code.ShiftLeft(Register.R1, 3),
        ["r1 >>= 30"] = code => code.ShiftRight(Register.R1, 30),
        ["r1 = -r1"] = code => code.Negate(Register.R1),
        ["goto +0"] = code => code.Jump(s_next),
        ["if r1 == 5 goto +0"] = code => code.JumpIf(Condition.Equal, Register.R1, 5, s_next),
        ["if r1 != r2 goto +0"] = code => code.JumpIf(Condition.NotEqual, Register.R1, Register.R2, s_next),
        ["if r1 & 16 goto +0"] = code => code.JumpIf(Condition.AnyBit, Register.R1, 16, s_next),
        ["if r1 > 511 goto +0"] = code => code.JumpIf(Condition.Above, Register.R1, 511, s_next),
        ["if r1 >= 2 goto +0"] = code => code.JumpIf(Condition.AboveOrEqual, Register.R1, 2, s_next),
        ["if r1 < 64 goto +0"] = code => code.JumpIf(Condition.Below, Register.R1, 64, s_next),
        ["if r1 <= 1 goto +0"] = code => code.JumpIf(Condition.BelowOrEqual, Register.R1, 1, s_next),
        ["if r0 s< 0 goto +0"] = code => code.JumpIf(Condition.SignedLess, Register.R0, 0, s_next),
        ["if r0 s> -1 goto +0"] = code => code.JumpIf(Condition.SignedGreater, Register.R0, -1, s_next),
        ["if r0 s>= r1 goto +0"] = code => code.JumpIf(Condition.SignedGreaterOrEqual, Register.R0, Register.R1, s_next),
        ["if r0 s<= r1 goto +0"] = code => code.JumpIf(Condition.SignedLessOrEqual, Register.R0, Register.R1, s_next),
        ["call 158"] = code => code.Call(158),
        ["exit"] = code => code.Exit(),
    };

    static AssemblerTests() => s_next.Index = 1;

    [Theory]
    [MemberData(nameof(Encodings))]
    public void An_operation_has_the_bytes_of_the_reference_assembler(string text, string bytes)
    {
        var code = new Assembler();

        s_operations[text](code);

        Convert.ToHexString(MemoryMarshal.AsBytes(code.Assemble().AsSpan())).Should().Be(bytes.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
    }

    [Fact]
    public void Every_operation_has_its_bytes() => s_operations.Keys.Should().BeEquivalentTo(Encodings.Select(row => row.Data.Item1));

    [Fact]
    public void Jumps_count_slots_forwards_and_backwards()
    {
        var code = new Assembler();
        Label back = new(), forth = new();
        code.Place(back);
        code.JumpIf(Condition.Equal, Register.R1, 0, forth);
        code.Load64(Register.R1, 1); // two slots
        code.Jump(back);
        code.Place(forth);
        code.Exit();

        var program = code.Assemble();

        program.Should().HaveCount(5);
        program[0].Offset.Should().Be(3);
        program[3].Offset.Should().Be(-4);
    }

    [Fact]
    public void A_jump_to_nowhere_is_refused()
    {
        var code = new Assembler();
        code.Jump(new Label());

        code.Invoking(it => it.Assemble()).Should().Throw<InvalidOperationException>().WithMessage("instruction 0 jumps to a label that is nowhere");
    }

    [Fact]
    public void A_label_has_one_place()
    {
        var code = new Assembler();
        var label = new Label();
        code.Place(label);

        code.Invoking(it => it.Place(label)).Should().Throw<InvalidOperationException>().WithMessage("the label is placed already, at instruction 0");
    }
}
