using System.Text;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Host;

/// <summary>A folder seen as a root: paths and symbolic links in it are resolved as a process would that has it as <c>/</c>.</summary>
/// <remarks>The folder's content may be hostile; nothing outside of it is ever opened (openat2, RESOLVE_IN_ROOT).</remarks>
sealed class RootFolder : IDisposable
{
    const int LongestText = 4 << 20;

    readonly SafeFileHandle _root;

    public unsafe RootFolder(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* text = bytes) _root = new SafeFileHandle(KernelCall.Check(LibC.open(text, LibC.O_PATH | LibC.O_CLOEXEC), "open", path), true);
    }

    /// <summary>The text of a regular file, or null when it cannot be read or is larger than 4 MiB.</summary>
    public unsafe string? ReadText(string path)
    {
        // A fifo or device in a hostile root must not block or act: look at what it is before it is opened for reading.
        if (!IsFile(path, 0)) return null;
        var fd = KernelCall.OpenInRoot((int)_root.DangerousGetHandle(), path, LibC.O_RDONLY | LibC.O_NONBLOCK);
        if (fd < 0) return null;
        using var handle = new SafeFileHandle(fd, true);
        stat info;
        if (LibC.fstat(fd, &info) != 0 || (info.st_mode & LibC.S_IFMT) != LibC.S_IFREG || (long)info.st_size > LongestText) return null;
        using var stream = new FileStream(handle, FileAccess.Read, 0);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Opens a regular file for reading; null where there is none.</summary>
    /// <param name="realPath">Its path in this root without symbolic links; the given one where that is not known.</param>
    public unsafe SafeFileHandle? Open(string path, out string realPath)
    {
        realPath = path;
        if (!IsFile(path, 0)) return null;
        var fd = KernelCall.OpenInRoot((int)_root.DangerousGetHandle(), path, LibC.O_RDONLY | LibC.O_NONBLOCK);
        if (fd < 0) return null;
        var handle = new SafeFileHandle(fd, true);
        stat info;
        if (LibC.fstat(fd, &info) != 0 || (info.st_mode & LibC.S_IFMT) != LibC.S_IFREG)
        {
            handle.Dispose();
            return null;
        }
        var (root, target) = (LinkOf((int)_root.DangerousGetHandle()), LinkOf(fd));
        if (root == "/") realPath = target ?? path;
        else if (root is not null && target?.StartsWith(root + '/', StringComparison.Ordinal) == true) realPath = target[root.Length..];
        return handle;
    }

    static string? LinkOf(int fd) => new FileInfo($"/proc/self/fd/{fd}").LinkTarget;

    /// <summary>Whether a path is a regular file with any of these permission bits; 0 for whatever bits.</summary>
    public bool IsFile(string path, uint anyOf) =>
        ModeOf(path) is { } mode && (mode & (uint)(ushort)LibC.S_IFMT) == (uint)(ushort)LibC.S_IFREG && (anyOf == 0 || (mode & anyOf) != 0);

    public bool IsDirectory(string path) => ModeOf(path) is { } mode && (mode & (uint)(ushort)LibC.S_IFMT) == (uint)(ushort)LibC.S_IFDIR;

    unsafe uint? ModeOf(string path)
    {
        var fd = KernelCall.OpenInRoot((int)_root.DangerousGetHandle(), path, LibC.O_PATH);
        if (fd < 0) return null;
        stat info;
        var known = LibC.fstat(fd, &info) == 0;
        LibC.close(fd);
        return known ? (uint)(ushort)info.st_mode : null;
    }

    public void Dispose() => _root.Dispose();
}
