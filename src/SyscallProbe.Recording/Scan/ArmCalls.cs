using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Scan;

/// <summary>Finds calls with a constant number in arm64 code: <c>svc #0</c> with x8 set in the instructions before.</summary>
/// <remarks>Encodings: Arm Architecture Reference Manual for A-profile, chapter C6 (MOVZ, SVC) and C4.1 (branches).</remarks>
static class ArmCalls
{
    const int InstructionBytes = 4, MostInstructions = 24;
    const uint SupervisorCall = 0xd4000001, NumberRegister = 8, RegisterMask = 0x1f;

    /// <summary>All sites, in no order.</summary>
    public static IReadOnlyCollection<CallSite> Find(SafeFileHandle file, ElfCode elf)
    {
        var sites = new HashSet<CallSite>();
        foreach (var range in elf.Code)
        {
            if (range.Address % InstructionBytes == 0) CodeReader.Pieces(file, range, piece => Find(piece, sites));
        }
        return sites;
    }

    static void Find(Piece piece, HashSet<CallSite> sites)
    {
        // A read may end within an instruction, which is then looked at with the next piece.
        var first = (int)((InstructionBytes - piece.Address % InstructionBytes) % InstructionBytes);
        for (var at = first; at + InstructionBytes <= piece.Length; at += InstructionBytes)
        {
            if (At(piece, at) == SupervisorCall && NumberBefore(piece, at) is { } number) sites.Add(new CallSite(piece.Address + (ulong)at, new Nr(number)));
        }
    }

    static int? NumberBefore(Piece piece, int at)
    {
        for (var i = at - InstructionBytes; i >= Math.Max(0, at - MostInstructions * InstructionBytes); i -= InstructionBytes)
        {
            var instruction = At(piece, i);
            // movz w8 or x8, #imm16 without a shift
            if ((instruction & 0x7fe00000) == 0x52800000 && (instruction & RegisterMask) == NumberRegister) return (int)(instruction >> 5 & 0xffff);
            if (EndsBlock(instruction) || MayWriteNumber(instruction)) return null;
        }
        return null;
    }

    // b, bl, br, blr, ret, svc: what is before need not come before.
    static bool EndsBlock(uint instruction) =>
        (instruction & 0x7c000000) == 0x14000000 || (instruction & 0xfe000000) == 0xd6000000 || (instruction & 0xff000000) == 0xd4000000;

    // Most that are no stores, compares or conditional branches write the register in the lowest bits; a load of a pair a second one.
    static bool MayWriteNumber(uint instruction)
    {
        var isLoadOrStore = (instruction & 0x0a000000) == 0x08000000;
        var isPair = isLoadOrStore && (instruction & 0x3a000000) == 0x28000000;
        if (isPair && (instruction >> 10 & RegisterMask) == NumberRegister) return true;
        var isBranch = (instruction & 0x1c000000) == 0x14000000;
        return !isBranch && (instruction & RegisterMask) == NumberRegister;
    }

    static uint At(Piece piece, int at) => BinaryPrimitives.ReadUInt32LittleEndian(piece.Span[at..]);
}
