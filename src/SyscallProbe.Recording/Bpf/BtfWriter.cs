using System.Buffers.Binary;
using static SyscallProbe.Recording.Interop.BtfHeader;

namespace SyscallProbe.Recording.Bpf;

/// <summary>Writes the least BTF that the kernel demands of a task storage map.</summary>
static class BtfWriter
{
    /// <summary>Type id of <c>int</c>.</summary>
    public const int IntId = 1;

    /// <summary>Type id of the array of <c>u64</c>.</summary>
    public const int ArrayId = 3;

    const int U64Id = 2, HeaderSize = 24;

    /// <summary>Describes <c>int</c> and <c>u64[length]</c>. Layout: see <see cref="BtfTypes"/>.</summary>
    public static byte[] IntAndArrayOfU64(int length)
    {
        ReadOnlySpan<byte> strings = "\0int\0u64\0"u8;
        ReadOnlySpan<int> types =
        [
            1, BTF_KIND_INT << 24, sizeof(int), BTF_INT_SIGNED << 24 | 32,
            5, BTF_KIND_INT << 24, sizeof(ulong), 64,
            0, BTF_KIND_ARRAY << 24, 0, U64Id, IntId, length,
        ];
        var typeBytes = types.Length * sizeof(int);
        ReadOnlySpan<int> header = [BTF_VERSION << 16 | BTF_MAGIC, HeaderSize, 0, typeBytes, typeBytes, strings.Length];
        var result = new byte[HeaderSize + typeBytes + strings.Length];
        for (var i = 0; i < header.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(i * sizeof(int)), header[i]);
        for (var i = 0; i < types.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(HeaderSize + i * sizeof(int)), types[i]);
        strings.CopyTo(result.AsSpan(HeaderSize + typeBytes));
        return result;
    }
}
