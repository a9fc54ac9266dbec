using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace SyscallProbe.Recording.Interop;

/// <summary>Says which system call failed, on what, and why.</summary>
/// <remarks>The message has one form everywhere: <c>mount '/run/x': EPERM (1, operation not permitted)</c>.</remarks>
sealed class KernelCallException(string call, string? on, int errno) : Exception(Text(call, on, errno))
{
    public Errno Errno { get; } = new(errno);

    static string Text(string call, string? on, int errno)
    {
        var meaning = Marshal.GetPInvokeErrorMessage(errno);
        if (meaning.Length > 0) meaning = char.ToLowerInvariant(meaning[0]) + meaning[1..];
        return $"{call}{(on is null ? "" : $" '{on}'")}: {new Errno(errno).Name} ({errno}, {meaning})";
    }
}

/// <summary>The few calls that Tmds.LibC lacks, and the check of results.</summary>
static partial class KernelCall
{
    static readonly int s_pidfdSendSignal = Kernel.NumberOf("pidfd_send_signal");
    static readonly int s_openat2 = Kernel.NumberOf("openat2");

    /// <summary>Passes a result through, or throws what errno says.</summary>
    public static int Check(int result, string call, string? on = null) =>
        result >= 0 ? result : throw new KernelCallException(call, on, LibC.errno);

    /// <summary>Makes orphans of the processes that this one starts its children, so that it can wait for a container's init.</summary>
    /// <remarks>
    /// Where whoever started us ignores SIGCHLD, this undoes it: children would vanish without a status (wait(2), NOTES). A handler that the
    /// runtime has installed is left alone.
    /// </remarks>
    public static void BecomeSubreaper()
    {
        if (IsIgnored(LibC.SIGCHLD)) SetSignal(LibC.SIGCHLD, 0);
        Check(Prctl(PrctlHeader.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl", "PR_SET_CHILD_SUBREAPER");
    }

    /// <summary>Lets a signal do what it does by default, for the program that this process is about to become.</summary>
    public static void ResetSignal(int signal) => SetSignal(signal, 0);

    /// <summary>Whether this process ignores a signal, as it may have been started to do.</summary>
    public static bool IsIgnored(int signal)
    {
        const string key = "SigIgn:\t";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal));
        return line is not null && ulong.TryParse(line.AsSpan(key.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask)
            && (mask >> (signal - 1) & 1) != 0;
    }

    /// <summary>Whether a file has an extended attribute; false also where that cannot be told.</summary>
    /// <param name="path">Ends with a NUL.</param>
    public static unsafe bool HasExtendedAttribute(byte* path, string name) => GetExtendedAttribute(path, name, null, 0) >= 0;

    /// <summary>Whether a file is on a mount that gives no privileges to programs.</summary>
    /// <param name="path">Ends with a NUL.</param>
    public static unsafe bool IsWithoutSetId(byte* path)
    {
        FileSystemStatus status;
        return Statvfs(path, &status) == 0 && (status.f_flag & StatvfsHeader.ST_NOSUID) != 0;
    }

    /// <summary>Opens a descriptor of a process that never comes to mean another one; close-on-exec by the kernel.</summary>
    public static int PidfdOpen(int pid) => Check(Kernel.PidfdOpen(pid, 0), "pidfd_open", $"{pid}");

    /// <summary>Sends a signal. Returns false when the process has ended.</summary>
    public static unsafe bool PidfdSendSignal(int pidfd, int signal)
    {
        if ((int)LibC.syscall(s_pidfdSendSignal, pidfd, signal, (void*)null, 0) == 0) return true;
        return LibC.errno == LibC.ESRCH ? false : throw new KernelCallException("pidfd_send_signal", $"{signal}", LibC.errno);
    }

    /// <summary>Opens a path as a process whose root is <paramref name="rootFd"/> would: neither <c>..</c> nor a link leads out of it.</summary>
    /// <returns>A descriptor, or -1 with errno set.</returns>
    public static unsafe int OpenInRoot(int rootFd, string path, int flags)
    {
        var how = new OpenHow { flags = (uint)(flags | LibC.O_CLOEXEC), resolve = Openat2Header.RESOLVE_IN_ROOT };
        var bytes = System.Text.Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* text = bytes) return (int)LibC.syscall(s_openat2, rootFd, text, &how, sizeof(OpenHow));
    }

    /// <summary>Makes a fifo of this user's own.</summary>
    public static void MakeFifo(string path) => Check(MkFifo(path, 0x180), "mkfifo", path); // 0600

    /// <summary>Opens the reading side of a fifo without waiting for a writer: who waits there goes on.</summary>
    public static unsafe SafeFileHandle OpenFifo(string path)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            return new SafeFileHandle(Check(LibC.open(text, LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_CLOEXEC), "open", path), true);
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkFifo(string path, uint mode);

    /// <summary>Makes a second name of a file; of a symbolic link, a name of the link.</summary>
    public static void Link(string from, string to)
    {
        if (LinkNative(from, to) != 0) throw new KernelCallException("link", to, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a device or fifo. False where this process may not.</summary>
    /// <param name="mode">With its kind: <c>S_IFCHR | 0600</c>.</param>
    /// <param name="device">As st_rdev has it.</param>
    public static bool TryMakeNode(string path, uint mode, ulong device)
    {
        if (MakeNodeNative(path, mode, device) == 0) return true;
        return Marshal.GetLastPInvokeError() == LibC.EPERM ? false : throw new KernelCallException("mknod", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Gives a file, or the link itself, to another owner. False where the numbers stand for nobody here.</summary>
    public static bool TryChangeOwner(string path, uint user, uint group)
    {
        if (ChangeOwnerNative(path, user, group) == 0) return true;
        return Marshal.GetLastPInvokeError() == LibC.EINVAL ? false : throw new KernelCallException("lchown", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Sets an extended attribute of a file. False where the file system or this process cannot.</summary>
    public static unsafe bool TrySetAttribute(string path, string name, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value) return SetAttributeNative(path, name, bytes, (nuint)value.Length, 0) == 0;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkNative(string from, string to);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeNodeNative(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwnerNative(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int SetAttributeNative(string path, string name, byte* value, nuint size, int flags);

    // SIG_DFL is 0.
    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    /// <summary>Waits for one of several descriptors.</summary>
    /// <param name="timeoutMs">-1 for ever.</param>
    /// <returns>How many are ready; 0 after the time or when a signal came in between.</returns>
    public static unsafe int Poll(Span<pollfd> polls, int timeoutMs)
    {
        fixed (pollfd* first = polls)
        {
            var ready = PollNative(first, (nuint)polls.Length, timeoutMs);
            if (ready >= 0) return ready;
        }
        return Marshal.GetLastPInvokeError() == LibC.EINTR ? 0 : throw new KernelCallException("poll", null, Marshal.GetLastPInvokeError());
    }

    // Tmds.LibC 0.5.0 imports it without SetLastError: LibC.errno would be that of an earlier call.
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int PollNative(pollfd* polls, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(int fd, int operation);

    [LibraryImport("libc", EntryPoint = "getxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint GetExtendedAttribute(byte* path, string name, void* value, nuint size);

    [LibraryImport("libc", EntryPoint = "statvfs")]
    private static unsafe partial int Statvfs(byte* path, FileSystemStatus* status);
}
