using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Scan;
using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Recording.Tests.Scan;

/// <summary>Makes ELF files of a piece of code, and scans them.</summary>
static class CodeFile
{
    const ushort EmAmd64 = 62, EmArm64 = 183;

    /// <summary>A program without sections whose one segment is the code.</summary>
    public static byte[] Elf(Abi abi, ReadOnlySpan<byte> code)
    {
        var file = new byte[64 + 56 + code.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), abi == Abi.Amd64 ? EmAmd64 : EmArm64);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), 1);
        var segment = file.AsSpan(64);
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[8..], 120);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], 0x400078);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)code.Length);
        code.CopyTo(file.AsSpan(120));
        return file;
    }

    /// <summary>The numbers that are found in a file's bytes; null where it is no ELF file.</summary>
    public static SortedSet<int>? NumbersIn(byte[] bytes, TemporaryFolder folder)
    {
        var path = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, bytes);
        try
        {
            using var handle = File.OpenHandle(path);
            return ElfCode.Read(handle) is { } elf ? [.. SitesOf(handle, elf).Select(site => site.Nr.Value)] : null;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A file as the scan takes it.</summary>
    public static ScannedFile Scanned(string path)
    {
        using var handle = File.OpenHandle(path);
        var elf = ElfCode.Read(handle)!;
        return new ScannedFile(path, elf, SitesOf(handle, elf));
    }

    static IReadOnlyCollection<CallSite> SitesOf(SafeFileHandle handle, ElfCode elf) => elf.Abi == Abi.Amd64 ? AmdCalls.Find(handle, elf) : ArmCalls.Find(handle, elf);
}
