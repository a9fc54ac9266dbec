namespace SyscallProbe.Recording.Stacks;

/// <summary>A place in a process's code.</summary>
/// <param name="Mapping">What is mapped there; null where nothing is.</param>
readonly record struct Frame(ulong Address, Mapping? Mapping)
{
    // A call is at most seven bytes: FF /2 with a prefix, a SIB byte and 32 bits.
    const int LongestCall = 7;

    public static Frame At(ulong address, List<Mapping> mappings) => new(address, mappings.Find(mapping => address >= mapping.Start && address < mapping.End));

    public ulong FileOffset => Address - Mapping!.Start + Mapping.Offset;

    /// <summary>Whether the function begins otherwise than with <c>push rbp</c>: then the walk over frames has passed over its caller. x86-64 only.</summary>
    public bool HasNoFrameOfItsOwn
    {
        get
        {
            if (Mapping?.File is not { } file || file.Symbols.Find(FileOffset) is not { } symbol) return false;
            var code = file.Bytes(symbol.Start, 5);
            if (code.StartsWith((ReadOnlySpan<byte>)[0xf3, 0x0f, 0x1e, 0xfa])) code = code[4..]; // endbr64
            return code.Length > 0 && code[0] != 0x55;
        }
    }

    /// <summary>Whether the instruction that ends here is a call: the byte behind it is where something returns to. x86-64 only.</summary>
    public bool IsAfterCall
    {
        get
        {
            if (Mapping?.File is not { } file || FileOffset + 1 < Mapping.Offset + LongestCall) return false;
            var code = file.Bytes(FileOffset + 1 - LongestCall, LongestCall);
            if (code.Length < LongestCall) return false;
            if (code[2] == 0xe8) return true;
            for (var at = 0; at <= LongestCall - 2; at++)
            {
                if (code[at] == 0xff && (code[at + 1] & 0x38) == 0x10 && LengthOf(code[at + 1]) is var length && at + length == LongestCall) return true;
            }
            return false;
        }
    }

    // Of FF with this ModRM byte, as far as compilers write calls: through a register, or memory at an offset.
    static int LengthOf(byte modRm) => (modRm >> 6, modRm & 7) switch
    {
        (3, _) => 2,
        (0, 5) => 6,
        (0, 4) => 3,
        (0, _) => 2,
        (1, 4) => 4,
        (1, _) => 3,
        (2, 4) => 7,
        _ => 6,
    };
}
