using System.Buffers.Binary;
using CsCheck;
using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Recording.Tests.Scan;

/// <summary>What is found in code whose content is known.</summary>
public sealed class CallSiteTests : IDisposable
{
    // ret before and behind: a number is looked for within one function.
    static readonly byte[] s_amdEnd = [0xc3], s_armEnd = [0xc0, 0x03, 0x5f, 0xd6];

    // Put other registers in place and leave rax alone: mov edi,imm; lea rsi,[rsp+8]; xor edx,edx; mov r10,r8; push rbx; test edi,edi; nop [rax+rax]; mov [rsp+16],rax; cmp eax,7.
    static readonly byte[][] s_amdFillers =
    [
        [0xbf, 0x0f, 0x05, 0x00, 0x00], [0x48, 0x8d, 0x74, 0x24, 0x08], [0x31, 0xd2], [0x4d, 0x89, 0xc2], [0x53], [0x85, 0xff], [0x0f, 0x1f, 0x04, 0x00], [0x48, 0x89, 0x44, 0x24, 0x10],
        [0x83, 0xf8, 0x07],
    ];

    // mov x0,x1; mov w1,#5; add x2,sp,#16; stp x0,x1,[sp]; ldr x3,[sp,#8]; cmp x0,#0.
    static readonly uint[] s_armFillers = [0xaa0103e0, 0x528000a1, 0x910043e2, 0xa90007e0, 0xf94007e3, 0xf100001f];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_number_in_eax_is_found_whatever_is_put_in_place_behind_it() =>
        Gen.Select(Gen.Int[0, 600], Gen.Int[0, s_amdFillers.Length - 1].Array[0, 12], Gen.Int[0, s_amdFillers.Length - 1].Array[0, 40], Gen.Int[0, 2]).Sample((number, behind, before, form) =>
            Amd([.. Fill(before), .. s_amdEnd, .. SetEax(number, form), .. Fill(behind), 0x0f, 0x05, .. s_amdEnd]).SequenceEqual([number]), iter: 300);

    // In bytes that hold the pattern and are no call, and in calls whose number is not known.
    [Theory]
    [InlineData("bf0f050000c3")] // mov edi, 0x50f
    [InlineData("89f80f05c3")] // mov eax, edi: handed over by whoever calls it
    [InlineData("b827000000e8000000000f05c3")] // a call in between changes eax
    [InlineData("b827000000c30f05c3")] // the number was another function's
    [InlineData("b8270000008b04240f05c3")] // mov eax, [rsp] behind it
    [InlineData("b827000000f7e10f05c3")] // mul ecx writes eax without naming it
    [InlineData("b8010000800f05c3")] // no syscall has such a number
    public void What_is_no_call_with_a_known_number_is_none(string code) => Amd(Convert.FromHexString(code)).Should().BeEmpty();

    [Theory]
    [InlineData("31c00f05c3", 0)] // xor eax, eax
    [InlineData("6a3b580f05c3", 59)] // push 59; pop rax
    [InlineData("b9380100004889c80f05c3", 312)] // mov ecx, 312; mov rax, rcx
    [InlineData("48c7c03f0100000f05c3", 319)] // mov rax, 319
    [InlineData("b827000000740231ff0f05c3", 39)] // a conditional jump in between
    public void Every_way_to_put_a_number_in_place_is_known(string code, int number) => Amd(Convert.FromHexString(code)).Should().Equal(number);

    // As libc's syscall(): the number is its first parameter, and its callers have it.
    [Fact]
    public void A_function_that_is_handed_the_number_is_known_by_its_code()
    {
        byte[] function = [0xf3, 0x0f, 0x1e, 0xfa, 0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x0f, 0x05, 0xc3]; // endbr64; mov rax,rdi; mov rdi,rsi; syscall; ret
        byte[] caller = [0xbf, 0x38, 0x01, 0x00, 0x00, 0x31, 0xf6, 0xe8, 0xec, 0xff, 0xff, 0xff, 0xc3]; // mov edi,312; xor esi,esi; call function; ret

        Amd([0xcc, .. function[..^0], .. caller]).Should().BeEmpty("the call leads elsewhere");
        caller[8] = (byte)(256 - (function.Length + 12));
        Amd([0xcc, .. function, .. caller]).Should().Equal(312);
    }

    [Fact]
    public void A_number_in_x8_is_found_whatever_is_put_in_place_behind_it() =>
        Gen.Select(Gen.Int[0, 600], Gen.Int[0, s_armFillers.Length - 1].Array[0, 12], Gen.Bool).Sample((number, behind, isWide) =>
            Arm([.. s_armEnd, .. Word((isWide ? 0xd2800008 : 0x52800008) | (uint)number << 5), .. behind.SelectMany(at => Word(s_armFillers[at])), .. Word(0xd4000001), .. s_armEnd]).SequenceEqual([number]), iter: 300);

    [Theory]
    [InlineData(0xaa0003e8)] // mov x8, x0
    [InlineData(0xf94007e8)] // ldr x8, [sp, #8]
    [InlineData(0xa94023e3)] // ldp x3, x8, [sp]
    [InlineData(0x94000010)] // bl
    [InlineData(0xd65f03c0)] // ret
    public void A_number_that_another_instruction_takes_away_is_none(uint instruction) =>
        Arm([.. Word(0x52800008 | 39 << 5), .. Word(instruction), .. Word(0xd4000001)]).Should().BeEmpty();

    // The function before ends with a call that does not return, which nothing tells but the padding.
    [Fact]
    public void A_function_behind_a_call_and_padding_is_known_by_its_code()
    {
        byte[] before = [0xe8, 0x00, 0x10, 0x00, 0x00, 0x0f, 0x1f, 0x00]; // call; nopl
        byte[] function = [0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x0f, 0x05, 0xc3]; // mov rax,rdi; mov rdi,rsi; syscall; ret
        byte[] caller = [0xbf, 0x38, 0x01, 0x00, 0x00, 0xe8, (byte)(256 - 10 - function.Length), 0xff, 0xff, 0xff, 0xc3]; // mov edi,312; call function; ret

        Amd([.. before, .. function, .. caller]).Should().Equal(312);
    }

    // Pieces of a large file overlap: a call at the seam is found, and once.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_call_between_two_pieces_is_found(int before)
    {
        var code = new byte[(4 << 20) + 256 + 64];
        code.AsSpan().Fill(0x90);
        byte[] call = [0xb8, 0x27, 0x00, 0x00, 0x00, 0x0f, 0x05];
        call.CopyTo(code.AsSpan((4 << 20) + 256 - before));

        Amd(code).Should().Equal(39);
    }

    // Files are the workload's: any of their bytes may be anything.
    [Fact]
    public void No_file_is_too_strange()
    {
        var real = File.ReadAllBytes(Environment.ProcessPath!);
        var plain = CodeFile.Elf(Abi.Amd64, [0xb8, 0x27, 0x00, 0x00, 0x00, 0x0f, 0x05]);
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 4095], Gen.Byte).Array[1, 40], Gen.Int[0, 4096], Gen.Bool).Sample((isReal, changes, length, isCut) =>
        {
            var bytes = (isReal ? real : plain).ToArray();
            foreach (var (at, value) in changes) bytes[(isReal && at > 2048 ? bytes.Length - at : at) % bytes.Length] = value;
            if (!isCut) bytes[0] = 0x7f;
            _ = CodeFile.NumbersIn(isCut ? bytes[..Math.Min(length, bytes.Length)] : bytes, _folder);
            return true;
        }, iter: 300);
    }

    SortedSet<int> Amd(byte[] code) => CodeFile.NumbersIn(CodeFile.Elf(Abi.Amd64, code), _folder)!;

    SortedSet<int> Arm(byte[] code) => CodeFile.NumbersIn(CodeFile.Elf(Abi.Arm64, code), _folder)!;

    static IEnumerable<byte> Fill(int[] fillers) => fillers.SelectMany(at => s_amdFillers[at]);

    static byte[] SetEax(int number, int form)
    {
        var value = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return form switch { 0 => [0xb8, .. value], 1 => [0x48, 0xc7, 0xc0, .. value], _ => [0x68, .. value, 0x58] };
    }

    static byte[] Word(uint instruction)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, instruction);
        return bytes;
    }
}
