using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Stacks;

/// <summary>An executable mapping of a process.</summary>
/// <param name="Offset">In the file, of the mapping's start.</param>
/// <param name="File">Null where it is of no file, as the code of a JIT.</param>
sealed record Mapping(ulong Start, ulong End, ulong Offset, MappedFile? File);

/// <summary>A file that is held open, so that it can be read after the process and its container have gone.</summary>
sealed class MappedFile(string path, SafeFileHandle handle) : IDisposable
{
    readonly Lazy<ElfSymbols> _symbols = new(() =>
    {
        using var stream = new FileStream(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read);
        return ElfSymbols.Read(stream);
    });

    /// <summary>The file's name without its folder.</summary>
    public string Name { get; } = System.IO.Path.GetFileName(path);

    /// <summary>As the process that maps it sees it.</summary>
    public string Path { get; } = path;

    /// <summary>Open for as long as this is.</summary>
    public SafeFileHandle Handle => handle;

    public ElfSymbols Symbols => _symbols.Value;

    /// <summary>Bytes at an offset; fewer where the file ends.</summary>
    public ReadOnlySpan<byte> Bytes(ulong offset, int count)
    {
        var buffer = new byte[count];
        try
        {
            return buffer.AsSpan(0, RandomAccess.Read(handle, buffer, (long)offset));
        }
        catch (IOException)
        {
            return [];
        }
    }

    public void Dispose() => handle.Dispose();
}

/// <summary>The executable mappings of processes, each file opened once.</summary>
sealed class MappedFiles : IDisposable
{
    readonly Dictionary<string, MappedFile?> _files = [];

    /// <summary>What a process has mapped now; empty when it has ended.</summary>
    public List<Mapping> Of(int pid)
    {
        try
        {
            return [.. File.ReadLines($"/proc/{pid}/maps").Select(line => Parse(pid, line)).OfType<Mapping>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values) file?.Dispose();
    }

    // 55d0c8a00000-55d0c8a27000 r-xp 00027000 fe:00 1234567    /usr/bin/name
    Mapping? Parse(int pid, string line)
    {
        const int execute = 3;
        var flags = line.IndexOf(' ');
        if (flags < 0 || line.Length <= flags + execute || line[flags + execute] != 'x') return null;
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 5) return null;
        var bounds = parts[0].Split('-');
        var (start, end) = (Hex(bounds[0]), Hex(bounds[1]));
        return new Mapping(start, end, Hex(parts[2]), parts[4] == "0" ? null : Open(pid, start, end, parts[3] + ' ' + parts[4], parts[^1]));
    }

    // By the mapping and not by its path, which the workload may have pointed elsewhere, and which may be gone. Needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE.
    MappedFile? Open(int pid, ulong start, ulong end, string inode, string path)
    {
        if (_files.TryGetValue(inode, out var known)) return known;
        try
        {
            var handle = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/map_files/{start:x}-{end:x}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = RandomAccess.GetLength(handle); // a device has none, and no names
            return _files[inode] = new MappedFile(path, handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
