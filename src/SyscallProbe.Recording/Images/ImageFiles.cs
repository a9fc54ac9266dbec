using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Images;

/// <summary>The files that an image is stored as: a folder, or a tar archive that is read in place.</summary>
/// <remarks>Both may be hostile: a folder's links lead nowhere outside of it (openat2, RESOLVE_IN_ROOT), and of an archive nothing is unpacked.</remarks>
sealed class ImageFiles : IDisposable
{
    // A manifest has some kilobytes; containerd refuses more than 8 MiB.
    const int LargestText = 8 << 20;
    const int LongestChainOfLinks = 8;

    static readonly byte[] s_gzip = [0x1f, 0x8b], s_zstd = [0x28, 0xb5, 0x2f, 0xfd];

    readonly string _path;
    readonly SafeFileHandle _folderOrArchive;
    readonly Dictionary<string, (long Offset, long Length)>? _members;
    readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    ImageFiles(string path, SafeFileHandle folderOrArchive, bool isArchive)
    {
        _path = path;
        _folderOrArchive = folderOrArchive;
        _members = isArchive ? new(StringComparer.Ordinal) : null;
    }

    /// <param name="unpacked">Where a compressed archive is unpacked to; the file is the caller's to remove.</param>
    /// <exception cref="FailureException">It is neither a folder nor an archive.</exception>
    public static ImageFiles Open(string path, string unpacked)
    {
        if (Directory.Exists(path)) return new ImageFiles(path, OpenFolder(path), false);
        if (!File.Exists(path)) throw new FailureException(Failures.NoImage(path));
        var archive = path;
        using (var start = File.OpenRead(path))
        {
            var bytes = new byte[4];
            _ = start.ReadAtLeast(bytes, bytes.Length, false);
            if (bytes.AsSpan().StartsWith(s_zstd)) throw new FailureException(Failures.ZstdImage(path));
            if (bytes.AsSpan().StartsWith(s_gzip))
            {
                start.Position = 0;
                using var plain = new GZipStream(start, CompressionMode.Decompress);
                using var copy = File.Create(archive = unpacked);
                plain.CopyTo(copy);
            }
        }
        var files = new ImageFiles(path, File.OpenHandle(archive), true);
        try
        {
            files.ReadMembers();
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public bool Has(string name) => TryOpen(name) is { } stream && Closed(stream);

    /// <summary>Opens a file for reading once from its beginning.</summary>
    /// <exception cref="FailureException">There is none of that name.</exception>
    public Stream OpenRead(string name) => TryOpen(name) ?? throw new FailureException(Failures.BadImage(_path, $"it has no file '{Failures.Cut(name)}'"));

    /// <summary>The whole of a small file.</summary>
    /// <exception cref="FailureException">There is none of that name, or it is too large to be a manifest.</exception>
    public byte[] ReadBytes(string name)
    {
        using var stream = OpenRead(name);
        if (stream.Length > LargestText) throw new FailureException(Failures.BadImage(_path, $"'{Failures.Cut(name)}' has {stream.Length} bytes, expected at most {LargestText}"));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose() => _folderOrArchive.Dispose();

    Stream? TryOpen(string name)
    {
        if (_members is not null)
        {
            var key = Key(name);
            for (var i = 0; i < LongestChainOfLinks && key is not null && _links.TryGetValue(key, out var next); i++) key = next;
            return key is not null && _members.TryGetValue(key, out var place) ? new ArchiveMember(_folderOrArchive, place.Offset, place.Length) : null;
        }
        var fd = KernelCall.OpenInRoot((int)_folderOrArchive.DangerousGetHandle(), name, LibC.O_RDONLY | LibC.O_NONBLOCK);
        if (fd < 0) return null;
        var handle = new SafeFileHandle(fd, true);
        if (IsRegular(fd)) return new FileStream(handle, FileAccess.Read);
        handle.Dispose();
        return null;
    }

    // Archives of docker save have links where images share a layer.
    void ReadMembers()
    {
        using var stream = new ArchiveMember(_folderOrArchive, 0, RandomAccess.GetLength(_folderOrArchive));
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
        {
            if (Key(entry.Name) is not { } key) continue;
            if (entry.EntryType is TarEntryType.SymbolicLink && Key($"{Path.GetDirectoryName(key)}/{entry.LinkName}") is { } target) _links[key] = target;
            else if (entry.EntryType is TarEntryType.HardLink && Key(entry.LinkName) is { } other) _links[key] = other;
            else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile) _members![key] = (entry.DataOffset, entry.Length);
        }
    }

    // Names are keys here and never opened, so that what leads out finds nothing.
    static string? Key(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }
        return parts.Count == 0 ? null : string.Join('/', parts);
    }

    static bool Closed(Stream stream)
    {
        stream.Dispose();
        return true;
    }

    static unsafe bool IsRegular(int fd)
    {
        stat info;
        return LibC.fstat(fd, &info) == 0 && (info.st_mode & LibC.S_IFMT) == LibC.S_IFREG;
    }

    static unsafe SafeFileHandle OpenFolder(string path)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0')) return new SafeFileHandle(KernelCall.Check(LibC.open(text, LibC.O_PATH | LibC.O_CLOEXEC), "open", path), true);
    }
}
