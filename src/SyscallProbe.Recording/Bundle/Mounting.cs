using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Bundle;

/// <summary>mount(2) and what is needed around it. Acts in the calling thread's mount namespace.</summary>
static unsafe class Mounting
{
    static readonly Dictionary<string, ulong_t> s_flags = new(StringComparer.Ordinal)
    {
        ["ro"] = LibC.MS_RDONLY, ["nosuid"] = LibC.MS_NOSUID, ["nodev"] = LibC.MS_NODEV, ["noexec"] = LibC.MS_NOEXEC,
        ["noatime"] = LibC.MS_NOATIME, ["nodiratime"] = LibC.MS_NODIRATIME,
    };

    /// <summary>Mounts, or throws with the target's name.</summary>
    public static void Mount(string? source, string target, string? type, ulong_t flags, string? options)
    {
        fixed (byte* sourceText = Text(source), targetText = Text(target), typeText = Text(type), optionsText = Text(options))
        {
            KernelCall.Check(LibC.mount(sourceText, targetText, typeText, flags, optionsText), "mount", target);
        }
    }

    public static void BindReadOnly(string source, string target, ulong_t flags)
    {
        Mount(source, target, null, LibC.MS_BIND, null);
        Mount(null, target, null, LibC.MS_BIND | LibC.MS_REMOUNT | LibC.MS_RDONLY | flags, null);
    }

    /// <summary>The flags of mount(2) that a mount has and a copy of it must have too.</summary>
    public static ulong_t FlagsOf(MountPoint mount) => mount.Options.Aggregate((ulong_t)0u, (flags, option) => flags | s_flags.GetValueOrDefault(option));

    /// <summary>The rest of <paramref name="path"/> behind <paramref name="folder"/>, from its slash on; <c>/</c> when they are the same, null when it is not below.</summary>
    public static string? Below(string folder, string path)
    {
        if (folder == "/") return path;
        if (!path.StartsWith(folder, StringComparison.Ordinal)) return null;
        return path.Length == folder.Length ? "/" : path[folder.Length] == '/' ? path[folder.Length..] : null;
    }

    /// <summary>Whether a mount is what its path leads to, and no later mount hides it.</summary>
    public static bool IsOnTop(MountPoint mount)
    {
        try
        {
            using var opened = OpenPath(mount.Path);
            const string key = "mnt_id:";
            var line = File.ReadLines($"/proc/thread-self/fdinfo/{opened.DangerousGetHandle()}").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
            return int.TryParse(line.AsSpan(Math.Min(key.Length, line?.Length ?? 0)).Trim(), CultureInfo.InvariantCulture, out var id) && id == mount.Id;
        }
        catch (KernelCallException)
        {
            return false;
        }
    }

    /// <summary>The path that a path really leads to, all links resolved; null when it leads nowhere.</summary>
    public static string? Canonical(string path)
    {
        try
        {
            using var opened = OpenPath(path);
            return File.ResolveLinkTarget($"/proc/thread-self/fd/{opened.DangerousGetHandle()}", false)?.FullName;
        }
        catch (KernelCallException)
        {
            return null;
        }
    }

    /// <summary>Opens as a place only: nothing is read, no device acts, no fifo blocks.</summary>
    public static SafeFileHandle OpenPath(string path)
    {
        fixed (byte* text = Text(path)) return new SafeFileHandle(KernelCall.Check(LibC.open(text, LibC.O_PATH | LibC.O_CLOEXEC), "open", path), true);
    }

    /// <summary>Size in bytes; null for what is no regular file.</summary>
    public static long? RegularFileSize(string path)
    {
        var info = StatOf(path);
        return (info.st_mode & LibC.S_IFMT) == LibC.S_IFREG ? (long)info.st_size : null;
    }

    public static void CopyOwnerAndMode(string from, string to)
    {
        var info = StatOf(from);
        fixed (byte* text = Text(to))
        {
            // EINVAL: in a user namespace nobody can be given what belongs to a user of outside.
            if (LibC.chown(text, info.st_uid, info.st_gid) != 0 && !(LibC.errno == LibC.EINVAL && UserNamespace.IsInside)) throw new KernelCallException("chown", to, LibC.errno);
            // After chown, which clears the set-user-ID bit.
            KernelCall.Check(LibC.chmod(text, (ushort)((ushort)info.st_mode & 0xfff)), "chmod", to);
        }
    }

    static stat StatOf(string path)
    {
        stat info;
        fixed (byte* text = Text(path)) KernelCall.Check(LibC.stat(text, &info), "stat", path);
        return info;
    }

    static byte[]? Text(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text + '\0');
}
