using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Scan;

/// <summary>Reads code in pieces, so that no file is in memory as a whole.</summary>
static class CodeReader
{
    /// <summary>More than the longest x86 instruction sequence that is looked at in front of a call, so that none is cut by the end of a piece.</summary>
    public const int Overlap = 256;

    const int PieceBytes = 4 << 20;

    /// <summary>Hands out each piece with its address; the bytes before its <c>from</c> were the end of the piece before.</summary>
    public static void Pieces(SafeFileHandle file, CodeRange range, Action<Piece> take)
    {
        var buffer = new byte[(int)Math.Min((ulong)(PieceBytes + Overlap), range.Bytes)];
        var before = 0;
        for (ulong done = 0; done < range.Bytes;)
        {
            var wanted = (int)Math.Min((ulong)(buffer.Length - before), range.Bytes - done);
            var got = Read(file, buffer.AsSpan(before, wanted), range.Offset + done);
            if (got == 0) return; // the file has become shorter
            take(new Piece(buffer, before + got, before, range.Address + done - (ulong)before));
            done += (ulong)got;
            var kept = Math.Min(Overlap, before + got);
            Buffer.BlockCopy(buffer, before + got - kept, buffer, 0, kept);
            before = kept;
        }
    }

    /// <summary>Bytes at an offset; fewer where the file ends.</summary>
    public static int Read(SafeFileHandle file, Span<byte> to, ulong offset)
    {
        var done = 0;
        while (done < to.Length)
        {
            var got = RandomAccess.Read(file, to[done..], checked((long)offset + done));
            if (got == 0) break;
            done += got;
        }
        return done;
    }
}

/// <summary>Consecutive code.</summary>
/// <param name="From">Index of the first byte that no piece before had.</param>
/// <param name="Address">Of the first byte in <paramref name="Bytes"/>.</param>
readonly record struct Piece(byte[] Bytes, int Length, int From, ulong Address)
{
    public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Length);
}
