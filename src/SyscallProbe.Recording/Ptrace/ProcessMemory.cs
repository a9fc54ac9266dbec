using System.Buffers.Binary;
using System.Text;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Reads what the arguments of a stopped thread point to.</summary>
static class ProcessMemory
{
    const int PageBytes = 4096;

    // Most arguments of an execve that are looked at: MAX_ARG_STRINGS is larger, but no program comes near this.
    const int MostArguments = 1 << 20;

    /// <summary>Fills the buffer, or says that not all of it could be read.</summary>
    public static bool TryRead(int tid, ulong address, Span<byte> to) => PtraceCall.ReadMemory(tid, address, to) == to.Length;

    /// <summary>Reads a number of 4 or 8 bytes; null when it could not be read.</summary>
    public static ulong? ReadNumber(int tid, ulong address, int bytes)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value.Clear();
        return TryRead(tid, address, value[..bytes]) ? BinaryPrimitives.ReadUInt64LittleEndian(value) : null;
    }

    /// <summary>Reads a path as it is recorded: process ids are named, and what is longer than a record has room for is cut. Null when it could not be read.</summary>
    public static string? ReadPath(int tid, ulong address)
    {
        // "[pid]" may stand for seven digits.
        Span<byte> bytes = stackalloc byte[RecordLayout.PathBytes + 8];
        return ReadString(tid, address, bytes) is { } length ? PathText.Of(bytes[..length]) : null;
    }

    /// <summary>Reads a text, or its beginning. Null when it could not be read.</summary>
    public static string? ReadText(int tid, ulong address, int mostBytes)
    {
        Span<byte> bytes = stackalloc byte[mostBytes];
        return ReadString(tid, address, bytes) is { } length ? Encoding.UTF8.GetString(bytes[..length]) : null;
    }

    // Up to a NUL or the end of the buffer; null where the memory ends before either.
    static int? ReadString(int tid, ulong address, Span<byte> to)
    {
        var length = PtraceCall.ReadMemory(tid, address, to);
        var end = to[..length].IndexOf((byte)0);
        return end >= 0 ? end : length == to.Length ? length : null;
    }

    /// <summary>Counts the pointers of a list that a null pointer ends, as argv is.</summary>
    public static int CountPointers(int tid, ulong address, int wordBytes)
    {
        Span<byte> page = stackalloc byte[PageBytes];
        for (var count = 0; count < MostArguments;)
        {
            var part = page[..(int)(PageBytes - address % PageBytes)];
            var length = PtraceCall.ReadMemory(tid, address, part) / wordBytes * wordBytes;
            for (var at = 0; at < length; at += wordBytes, count++)
            {
                if (part.Slice(at, wordBytes).IndexOfAnyExcept((byte)0) < 0) return count;
            }
            if (length == 0) return count;
            address += (ulong)length;
        }
        return MostArguments;
    }
}
