using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Host;

/// <summary>How a process ended: exactly one of the two is set, or none when the kernel no longer knew.</summary>
readonly record struct ExitStatus(int? ExitCode, int? Signal)
{
    public bool IsSuccess => ExitCode == 0;
}

/// <summary>What a new process does before its execve.</summary>
/// <param name="Fifo">Opened for writing, which lasts until somebody reads.</param>
/// <param name="WorkingDirectory">Null keeps ours.</param>
readonly record struct SpawnGate(string Fifo, string? WorkingDirectory);

/// <summary>A child of this process, started by us or adopted as its subreaper, that nobody else waits for.</summary>
/// <remarks>
/// Not System.Diagnostics.Process: that one cannot give a child a file of our choice, keeps signals ignored that this runtime
/// ignores, tells an exit by signal only as 128+n, and waits for its own children alone, which a container's init is not. Its SIGCHLD handler
/// reaps the processes that it started and no others, so both live side by side. Not thread-safe.
/// </remarks>
sealed partial class ChildProcess : IDisposable
{
    /// <summary>Room for a posix_spawnattr_t (336 bytes in glibc and musl on 64-bit machines) or a posix_spawn_file_actions_t (80 bytes).</summary>
    public const int OpaqueSizeBytes = 512;

    // A number that no descriptor of ours needs to survive under: each is closed by the execve.
    const int GateFd = 3;

    static readonly ConcurrentDictionary<int, ExitStatus> s_reaped = new();

    readonly int _pidfd;
    bool _disposed;

    ChildProcess(int pid)
    {
        Pid = pid;
        _pidfd = KernelCall.PidfdOpen(pid);
    }

    public int Pid { get; }

    /// <summary>For poll(2): readable once the process has ended.</summary>
    public int Pidfd => _pidfd;

    /// <summary>How it ended; null as long as it has not been reaped.</summary>
    public ExitStatus? Status { get; private set; }

    /// <summary>Takes over a process that has become, or is about to become, this process's child.</summary>
    public static ChildProcess Adopt(int pid) => new(pid);

    /// <summary>Starts a program in a process group of its own, so that a terminal's Ctrl-C does not reach it, with all signals at their defaults.</summary>
    /// <param name="path">Absolute; no PATH look-up.</param>
    /// <param name="arguments">Without the program's own name.</param>
    /// <param name="environment">All of it, as <c>NAME=value</c>.</param>
    /// <param name="stdio">The three descriptors to give it as 0, 1 and 2.</param>
    /// <param name="ownSession">Whether it gets a session of its own too: no terminal's end reaches it.</param>
    /// <param name="closed">Descriptors from 3 on that it does not inherit; those that are close-on-exec need not be named.</param>
    /// <param name="gate">Where it waits before its execve, and with it the caller; null for nowhere.</param>
    /// <exception cref="KernelCallException">The program could not be started.</exception>
    /// <remarks>Inherits the namespaces of the calling <i>thread</i>: posix_spawn(3) clones it.</remarks>
    public static unsafe ChildProcess Start(
        string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, (int In, int Out, int Error) stdio, bool ownSession = false, IReadOnlyList<int>? closed = null,
        SpawnGate? gate = null)
    {
        var opaque = stackalloc ulong[2 * OpaqueSizeBytes / sizeof(ulong)];
        byte* attributes = (byte*)opaque, actions = attributes + OpaqueSizeBytes;
        using var argv = new StringVector([path, .. arguments]);
        using var envp = new StringVector(environment);
        var all = stackalloc ulong[16]; // sigset_t, 128 bytes
        for (var i = 0; i < 16; i++) all[i] = ulong.MaxValue;
        var none = stackalloc ulong[16];
        for (var i = 0; i < 16; i++) none[i] = 0;

        Throw(AttrInit(attributes), path);
        Throw(ActionsInit(actions), path);
        try
        {
            Throw(AttrSetFlags(attributes, (short)((ownSession ? SpawnHeader.POSIX_SPAWN_SETSID : SpawnHeader.POSIX_SPAWN_SETPGROUP) | SpawnHeader.POSIX_SPAWN_SETSIGDEF | SpawnHeader.POSIX_SPAWN_SETSIGMASK)), path);
            Throw(AttrSetSigDefault(attributes, all), path);
            Throw(AttrSetSigMask(attributes, none), path);
            // Numbers below 3 are taken as they are; a source above is never one of the targets, so that the order does not matter.
            if (stdio.In != 0) Throw(ActionsAddDup2(actions, stdio.In, 0), path);
            if (stdio.Out != 1) Throw(ActionsAddDup2(actions, stdio.Out, 1), path);
            if (stdio.Error != 2) Throw(ActionsAddDup2(actions, stdio.Error, 2), path);
            foreach (var fd in closed ?? []) Throw(ActionsAddClose(actions, fd), path);
            if (gate is { } before)
            {
                if (before.WorkingDirectory is { } folder) Throw(ActionsAddChdir(actions, folder), folder);
                Throw(ActionsAddOpen(actions, GateFd, before.Fifo, LibC.O_WRONLY, 0), before.Fifo);
                Throw(ActionsAddClose(actions, GateFd), before.Fifo);
            }
            int pid;
            Throw(PosixSpawn(&pid, path, actions, attributes, argv.Pointer, envp.Pointer), path);
            return new ChildProcess(pid);
        }
        finally
        {
            ActionsDestroy(actions);
            AttrDestroy(attributes);
        }
    }

    /// <summary>Runs another program in place of this one, with its environment and streams. Returns only when that fails.</summary>
    public static unsafe KernelCallException Replace(string path, IReadOnlyList<string> arguments)
    {
        using var argv = new StringVector([path, .. arguments]);
        _ = Execv(path, argv.Pointer);
        return new KernelCallException("execve", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Whether the process has ended. Does not reap it.</summary>
    public bool WaitForExit(TimeSpan timeout)
    {
        if (Status is not null) return true;
        var deadline = Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            var left = Math.Max(0, Math.Ceiling(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline).TotalMilliseconds));
            if (KernelCall.Poll([new pollfd { fd = _pidfd, events = LibC.POLLIN }], (int)Math.Min(left, int.MaxValue)) > 0) return true;
            if (left == 0) return false;
        }
    }

    /// <summary>Waits for the end, however long it takes, and frees the process id.</summary>
    public unsafe ExitStatus Reap()
    {
        if (Status is { } known) return known;
        ChildSignalInfo info;
        while (WaitId(WaitHeader.P_PID, (uint)Pid, &info, WaitHeader.WEXITED) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == LibC.EINTR) continue;
            // ECHILD: somebody else in this process has reaped it, the tracer for one.
            if (errno == LibC.ECHILD) return (Status = s_reaped.TryRemove(Pid, out var taken) ? taken : default(ExitStatus)).Value;
            throw new KernelCallException("waitid", $"{Pid}", errno);
        }
        var status = info.si_code == WaitHeader.CLD_EXITED ? new ExitStatus(info.si_status, null) : new ExitStatus(null, info.si_status);
        Status = status;
        return status;
    }

    /// <summary>Tells of an end that a tracer in this process could not help taking: wait4(2) gave it the status.</summary>
    public static void NoteReaped(int pid, int status)
    {
        var signal = status & 0x7f;
        s_reaped[pid] = signal == 0 ? new ExitStatus(status >> 8 & 0xff, null) : new ExitStatus(null, signal);
    }

    /// <summary>Sends a signal; nothing happens when the process has ended.</summary>
    public void Signal(int signal)
    {
        if (Status is null) KernelCall.PidfdSendSignal(_pidfd, signal);
    }

    /// <summary>Closes the descriptor; the process itself is left as it is.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        LibC.close(_pidfd);
    }

    static void Throw(int errno, string path)
    {
        if (errno != 0) throw new KernelCallException("posix_spawn", path, errno);
    }

    /// <summary>A null-terminated array of C strings; lives until disposed.</summary>
    sealed unsafe class StringVector : IDisposable
    {
        readonly int _count;

        public StringVector(IReadOnlyList<string> strings)
        {
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
            for (; _count < strings.Count; _count++) Pointer[_count] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[_count]);
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++) Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int PosixSpawn(int* pid, string path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Execv(string path, byte** argv);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int AttrInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int AttrDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int AttrSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int AttrSetSigDefault(byte* attributes, ulong* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static unsafe partial int AttrSetSigMask(byte* attributes, ulong* set);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int ActionsAddDup2(byte* actions, int fd, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ActionsAddOpen(byte* actions, int fd, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static unsafe partial int ActionsAddClose(byte* actions, int fd);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ActionsAddChdir(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static unsafe partial int WaitId(int idType, uint id, ChildSignalInfo* info, int options);
}
