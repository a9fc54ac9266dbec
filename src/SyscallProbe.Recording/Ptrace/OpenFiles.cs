using System.Text;
using System.Text.Unicode;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Tells what is behind a descriptor of a thread that waits, by <c>/proc/TID/fd</c>.</summary>
static unsafe class OpenFiles
{
    static readonly int s_pidfdGetfd = Kernel.NumberOf("pidfd_getfd");

    /// <summary>What is noted of the file, see <see cref="FileWord"/>; 0 when the descriptor is not open or may not be looked at.</summary>
    /// <param name="pid">The thread's process.</param>
    /// <param name="withSocket">Whether a socket's family and protocol decide: they cost five calls more.</param>
    public static uint NoteOf(int tid, int pid, uint fd, bool withSocket)
    {
        Span<byte> path = stackalloc byte[40];
        if (!Utf8.TryWrite(path, $"/proc/{tid}/fd/{fd}\0", out _)) return 0;
        stat info;
        fixed (byte* text = path)
        {
            if (LibC.stat(text, &info) != 0) return 0;
            var mode = (uint)(ushort)info.st_mode;
            const uint regular = 8, socket = 12;
            // An anonymous inode's mode says nothing, and a pidfd looks like a regular file (since v6.9).
            if (mode >> 12 is 0 or regular && AnonymousName(text) is { } name) return FileWord.OfAnonymous(name);
            return mode >> 12 == socket && withSocket ? SocketNote(pid, fd) : FileWord.Of(mode, MajorOf((ulong)info.st_rdev));
        }
    }

    // A descriptor of the process's own socket is the only way to ask. Null family where it is a path and no socket.
    static uint SocketNote(int pid, uint fd)
    {
        int family = 0, protocol = 0;
        var pidfd = Kernel.PidfdOpen(pid, 0);
        var copy = pidfd < 0 ? -1 : (int)LibC.syscall(s_pidfdGetfd, pidfd, fd, 0);
        if (copy >= 0)
        {
            socklen_t size = sizeof(int), sizeToo = sizeof(int);
            if (LibC.getsockopt(copy, LibC.SOL_SOCKET, LibC.SO_DOMAIN, &family, &size) != 0) family = 0;
            if (LibC.getsockopt(copy, LibC.SOL_SOCKET, LibC.SO_PROTOCOL, &protocol, &sizeToo) != 0) protocol = 0;
            LibC.close(copy);
        }
        if (pidfd >= 0) LibC.close(pidfd);
        return FileWord.OfSocket((uint)family, (uint)protocol);
    }

    // fs/d_path.c, dynamic_dname: "anon_inode:[eventpoll]", "pidfd:[123]"; a file's own path begins with a slash.
    static string? AnonymousName(byte* path)
    {
        const int longest = 64;
        var link = stackalloc byte[longest];
        var length = (int)LibC.readlink(path, link, longest);
        if (length <= 0) return null;
        var target = Encoding.UTF8.GetString(link, length);
        const string anonymous = "anon_inode:", pidfd = "pidfd:";
        return target.StartsWith(anonymous, StringComparison.Ordinal) ? target[anonymous.Length..] : target.StartsWith(pidfd, StringComparison.Ordinal) ? pidfd : null;
    }

    // As glibc widens it: sysdeps/unix/sysv/linux/bits/sysmacros.h.
    static uint MajorOf(ulong device) => (uint)(device >> 8 & 0xfff | device >> 32 & 0xfffff000);
}
