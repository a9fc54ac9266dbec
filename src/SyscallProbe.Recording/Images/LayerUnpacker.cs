using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Images;

/// <summary>Puts the layers of an image, one on the other, into a folder.</summary>
/// <remarks>
/// <para>
/// A layer may be hostile. The folder that an entry goes to is opened with the image's root as <c>/</c> (openat2, RESOLVE_IN_ROOT), so that links lead nowhere outside; the entry
/// itself is then made under its last name below that descriptor, by calls that follow no link. Names with <c>..</c> are refused.
/// </para>
/// <para>Whiteouts: image-spec v1.1, layer.md; they hide what lower layers have and not what the same layer brings.</para>
/// </remarks>
sealed class LayerUnpacker : IDisposable
{
    const string Whiteout = ".wh.", Opaque = ".wh..wh..opq", OtherMetadata = ".wh..wh.";
    const string FileCapabilities = "SCHILY.xattr.security.capability";
    const int LongestName = 255, LongestPath = 4096; // NAME_MAX, PATH_MAX: include/uapi/linux/limits.h
    const UnixFileMode NewFolder = (UnixFileMode)0x1ed; // 0755

    readonly SafeFileHandle _root;
    readonly Func<bool> _isCancelled;
    readonly HashSet<string> _ofThisLayer = new(StringComparer.Ordinal);
    readonly SortedSet<string> _notes = new(StringComparer.Ordinal);

    /// <param name="root">An empty folder.</param>
    /// <param name="isCancelled">Asked before each entry.</param>
    public unsafe LayerUnpacker(string root, Func<bool> isCancelled)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(root + '\0')) _root = new SafeFileHandle(KernelCall.Check(LibC.open(text, LibC.O_PATH | LibC.O_CLOEXEC), "open", root), true);
        _isCancelled = isCancelled;
    }

    /// <summary>What is not as in the image, a sentence each.</summary>
    public IEnumerable<string> Notes => _notes;

    /// <exception cref="FailureException">The layer is damaged, leads out of the root, or has another digest; or the signal to end has come.</exception>
    public void Unpack(ImageFiles files, ImageLayer layer, string path)
    {
        _ofThisLayer.Clear();
        var entryName = layer.File;
        try
        {
            using var file = files.OpenRead(layer.File);
            using SHA256 fileHash = SHA256.Create(), tarHash = SHA256.Create();
            using var counted = new CryptoStream(file, fileHash, CryptoStreamMode.Read);
            using var buffered = new BufferedStream(counted, 1 << 16);
            using var plain = Plain(files, layer, path, buffered);
            using var tar = new CryptoStream(plain, tarHash, CryptoStreamMode.Read);
            using (var reader = new TarReader(tar, leaveOpen: true))
            {
                while (reader.GetNextEntry() is { } entry)
                {
                    if (_isCancelled()) throw new FailureException(Failures.Interrupted);
                    entryName = entry.Name;
                    Add(entry);
                }
            }
            // A digest is that of all bytes, those behind the archive's end too.
            tar.CopyTo(Stream.Null);
            buffered.CopyTo(Stream.Null);
            entryName = layer.File;
            Check(tarHash, layer.DiffId, "its content");
            if (layer.Digest is not null) Check(fileHash, layer.Digest, "it");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or KernelCallException or UnauthorizedAccessException or FormatException or ArgumentException or NotSupportedException
            or CryptographicException or OverflowException)
        {
            throw new FailureException(Failures.BadLayer(path, entryName, e.Message), e);
        }

        void Check(SHA256 hash, string expected, string what)
        {
            var found = Convert.ToHexStringLower(hash.Hash!);
            if (found != expected) throw new InvalidDataException($"{what} has the digest sha256:{found}, expected sha256:{expected}");
        }
    }

    public void Dispose() => _root.Dispose();

    static Stream Plain(ImageFiles files, ImageLayer layer, string path, Stream stream)
    {
        using var start = files.OpenRead(layer.File);
        var magic = new byte[4];
        _ = start.ReadAtLeast(magic, magic.Length, false);
        return magic switch
        {
            [0x28, 0xb5, 0x2f, 0xfd] => throw new FailureException(Failures.ZstdImage(path)),
            [0x1f, 0x8b, ..] => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true),
            _ => stream,
        };
    }

    void Add(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) return;
        var parts = Parts(entry.Name);
        if (entry.Name.Contains('\uFFFD')) _notes.Add($"the name of '{Failures.Cut(entry.Name)}' is no UTF-8 and is not the same in the container");
        if (parts.Length == 0)
        {
            if (entry.EntryType is TarEntryType.Directory) SetOwnerAndMode($"/proc/self/fd/{_root.DangerousGetHandle()}/.", entry);
            return;
        }
        var name = parts[^1];
        if (parts.Any(part => part.StartsWith(OtherMetadata, StringComparison.Ordinal) && part != Opaque)) return;
        using var folder = FolderOf(parts);
        var place = Place(folder, name);
        var key = string.Join('/', parts);
        if (name == Opaque)
        {
            EmptyFolder(Place(folder, "."), string.Join('/', parts[..^1]));
        }
        else if (name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            var hidden = name[Whiteout.Length..];
            if (hidden is "" or "." or "..") throw new InvalidDataException("a whiteout of no name");
            Hide(Place(folder, hidden), string.Join('/', [.. parts[..^1], hidden]));
        }
        else
        {
            for (var i = 1; i <= parts.Length; i++) _ofThisLayer.Add(string.Join('/', parts[..i]));
            Make(entry, place);
        }
    }

    void Make(TarEntry entry, string place)
    {
        if (entry.EntryType is TarEntryType.HardLink)
        {
            var target = Parts(entry.LinkName);
            if (target.Length == 0) throw new InvalidDataException("a hard link to the root");
            using var folder = FolderOf(target, isMade: false);
            // Before the old one is removed: it may be a link to itself.
            var old = Place(folder, target[^1]);
            if (!Exists(old)) throw new InvalidDataException($"a hard link to '{Failures.Cut(entry.LinkName)}', which is not in the image");
            if (entry.Name == entry.LinkName) return;
            Remove(place);
            KernelCall.Link(old, place);
            return;
        }
        if (entry.EntryType is not TarEntryType.Directory || !IsFolder(place)) Remove(place);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(place);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Write(entry, place);
                break;
            case TarEntryType.SymbolicLink:
                File.CreateSymbolicLink(place, entry.LinkName);
                break;
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo:
                if (!TryMakeNode(entry, place)) return;
                break;
            default:
                throw new InvalidDataException($"an entry of the kind {entry.EntryType}, which is not supported");
        }
        SetOwnerAndMode(place, entry);
    }

    void Write(TarEntry entry, string place)
    {
        // CreateNew is O_EXCL, which follows no link.
        using var file = new FileStream(place, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        entry.DataStream?.CopyTo(file);
        if (file.Length != entry.Length) throw new InvalidDataException($"it ends after {file.Length} of {entry.Length} bytes");
        // Python, for one, compiles anew where a source is not as old as it says.
        File.SetLastWriteTimeUtc(file.SafeFileHandle, entry.ModificationTime.UtcDateTime);
    }

    bool TryMakeNode(TarEntry entry, string place)
    {
        var (major, minor) = entry is PosixTarEntry { EntryType: not TarEntryType.Fifo } device ? ((ulong)device.DeviceMajor, (ulong)device.DeviceMinor) : (0, 0);
        var kind = entry.EntryType switch { TarEntryType.CharacterDevice => LibC.S_IFCHR, TarEntryType.BlockDevice => LibC.S_IFBLK, _ => LibC.S_IFIFO };
        // gnu_dev_makedev(): sysdeps/unix/sysv/linux/bits/sysmacros.h of glibc.
        var number = (major & 0xfff) << 8 | (major & ~0xfffUL) << 32 | minor & 0xff | (minor & ~0xffUL) << 12;
        if (KernelCall.TryMakeNode(place, (uint)(ushort)kind | 0x180, number)) return true;
        _notes.Add("devices of the image are not in the container: only root of the host can make them");
        return false;
    }

    void SetOwnerAndMode(string place, TarEntry entry)
    {
        if (!KernelCall.TryChangeOwner(place, (uint)entry.Uid, (uint)entry.Gid))
        {
            // EINVAL: in a user namespace nobody can be given what belongs to a user of outside.
            if (!UserNamespace.IsInside) throw new KernelCallException("lchown", entry.Name, LibC.EINVAL);
            _notes.Add("files of the image that belong to other users belong to root in the container, as it is in a user namespace");
        }
        if (entry.EntryType is TarEntryType.SymbolicLink) return;
        // After lchown, which clears the set-user-ID bit.
        File.SetUnixFileMode(place, entry.Mode);
        if (entry is not PaxTarEntry pax || !pax.ExtendedAttributes.TryGetValue(FileCapabilities, out var value)) return;
        // The reader gives the bytes as text, in which those above 0x7f are lost.
        if (value.Contains('\uFFFD') || !KernelCall.TrySetAttribute(place, "security.capability", Encoding.Latin1.GetBytes(value)))
        {
            _notes.Add($"'{Failures.Cut(entry.Name)}' has not got its file capabilities");
        }
    }

    /// <summary>Opens the folder that something lies in, with the image's root as <c>/</c>; what is missing of it is made.</summary>
    SafeFileHandle FolderOf(string[] parts, bool isMade = true)
    {
        var path = parts.Length == 1 ? "." : string.Join('/', parts[..^1]);
        var fd = Open();
        if (fd < 0 && LibC.errno == LibC.ENOENT && isMade)
        {
            using (var above = FolderOf(parts[..^1])) Directory.CreateDirectory(Place(above, parts[^2]), NewFolder);
            fd = Open();
        }
        return fd < 0 ? throw new KernelCallException("open", path, LibC.errno) : new SafeFileHandle(fd, true);

        int Open() => KernelCall.OpenInRoot((int)_root.DangerousGetHandle(), path, LibC.O_PATH | LibC.O_DIRECTORY);
    }

    void EmptyFolder(string place, string key)
    {
        foreach (var entry in Directory.GetFileSystemEntries(place)) Hide(entry, key.Length == 0 ? Path.GetFileName(entry) : $"{key}/{Path.GetFileName(entry)}");
    }

    void Hide(string place, string key)
    {
        if (!_ofThisLayer.Contains(key)) Remove(place);
        else if (IsFolder(place)) EmptyFolder(place, key);
    }

    static void Remove(string place)
    {
        // .NET's removal of a folder follows no link.
        if (IsFolder(place)) Directory.Delete(place, true);
        else File.Delete(place);
    }

    static bool IsFolder(string place) => new FileInfo(place) is { LinkTarget: null } && Directory.Exists(place);

    static bool Exists(string place) => new FileInfo(place) is var info && (info.LinkTarget is not null || Path.Exists(place));

    static string Place(SafeFileHandle folder, string name) => $"/proc/self/fd/{folder.DangerousGetHandle()}/{name}";

    static string[] Parts(string name)
    {
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        if (parts.Any(part => Encoding.UTF8.GetByteCount(part) > LongestName) || Encoding.UTF8.GetByteCount(name) >= LongestPath) throw new InvalidDataException("its name is too long for Linux");
        if (parts.Contains("..") || name.Contains('\0')) throw new InvalidDataException($"the name '{Failures.Cut(name)}' leads out of the image");
        return parts;
    }
}
