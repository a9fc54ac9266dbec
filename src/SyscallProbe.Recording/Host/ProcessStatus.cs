using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SyscallProbe.Recording.Host;

/// <summary>What /proc says of a process that is to be followed.</summary>
static class ProcessStatus
{
    const string Mounts = "mnt";

    /// <summary>Inode number of this process's mount namespace.</summary>
    public static uint OwnMounts => InodeOf(Environment.ProcessId, Mounts) ?? throw new InvalidOperationException("/proc does not tell this process's own mount namespace");

    /// <summary>Threads that the process has at the moment; empty when it has ended.</summary>
    public static List<int> ThreadsOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>
    /// Whether the process is number 1 of a PID namespace of its own. One that is not has joined somebody else's (the host's, another
    /// container's), in which not every process belongs to it.
    /// </summary>
    /// <exception cref="FailureException">There is no such process, or it may not be read.</exception>
    public static bool IsInitOfItsNamespace(int pid) => Reading(pid, () => IsInit(File.ReadLines($"/proc/{pid}/status")));

    /// <summary>Reads the line NSpid: the process's number in each namespace, from that of the reader's /proc inwards.</summary>
    public static bool IsInit(IEnumerable<string> status) => NumbersOf(status) is [_, .., "1"];

    /// <summary>The process's number in its own PID namespace, the innermost; null when it has ended.</summary>
    public static int? InnermostPid(int pid)
    {
        try
        {
            return NumbersOf(File.ReadLines($"/proc/{pid}/status")) is [.., var own] ? int.Parse(own, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string[] NumbersOf(IEnumerable<string> status)
    {
        var line = status.FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal));
        return line is null ? [] : line["NSpid:".Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>
    /// The kind of namespace, as <c>/proc/PID/ns</c> calls it, by which what an engine executes in the process's container is told from all else: <c>mnt</c> where its
    /// mounts are not ours, as each container has its own of these even where it shares the processes of the host, a pod or another container; else <c>pid</c> where it is
    /// number 1 there; null where it has neither.
    /// </summary>
    /// <exception cref="FailureException">There is no such process, or it may not be read.</exception>
    public static string? OwnNamespaceOf(int pid) => InodeOf(pid, Mounts) is { } inode && inode != OwnMounts ? Mounts : IsInitOfItsNamespace(pid) ? "pid" : null;

    /// <summary>Inode number of a namespace of a process, which no other namespace of any kind has; null when it has ended or may not be read.</summary>
    public static uint? InodeOf(int pid, string kind)
    {
        try
        {
            // "pid:[4026531836]"
            var target = new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget;
            return target is null ? null : uint.Parse(target.AsSpan(target.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a namespace of the process: while it is open, its inode number is given to no other.</summary>
    /// <exception cref="FailureException">There is no such process, or it may not be read.</exception>
    public static SafeFileHandle OpenNamespace(int pid, string kind, out uint inode)
    {
        var path = $"/proc/{pid}/ns/{kind}";
        var (handle, number) = Reading(pid, () =>
            (File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), InodeOf(pid, kind) ?? throw new FileNotFoundException("it has ended", path)));
        inode = number;
        return handle;
    }

    /// <summary>Whether a seccomp filter judges the calls of a thread; false when it has ended.</summary>
    public static bool HasSeccompFilter(int tid) => Number(tid, "Seccomp:\t") == Interop.SeccompHeader.SECCOMP_MODE_FILTER;

    /// <summary>The process or thread that traces a thread, 0 for none; null when it has ended.</summary>
    public static int? TracerOf(int tid) => Number(tid, "TracerPid:\t");

    /// <summary>The bounding set of capabilities, bit N is capability N; null when the process has ended.</summary>
    public static ulong? BoundingSetOf(int pid) => Mask(pid, "CapBnd:\t");

    /// <summary>Signals that a handler takes, bit N is signal N + 1; 0 when the process has ended.</summary>
    public static ulong HandledSignalsOf(int pid) => Mask(pid, "SigCgt:\t") ?? 0;

    /// <summary>The effective user and group; null when the process has ended.</summary>
    public static (uint User, uint Group)? OwnerOf(int pid) => SecondNumber(pid, "Uid:\t") is { } user && SecondNumber(pid, "Gid:\t") is { } group ? (user, group) : null;

    /// <summary>The process that a thread belongs to, and the parent of that; null when it has ended.</summary>
    public static (int Pid, int ParentPid)? GroupOf(int tid) => Number(tid, "Tgid:\t") is { } pid && Number(tid, "PPid:\t") is { } parent ? (pid, parent) : null;

    /// <summary>What a thread may do: effective user and group, permitted capabilities, and whether it can gain no more; null when it has ended.</summary>
    public static (uint User, uint Group, ulong Permitted, bool NoNewPrivileges)? Credentials(int tid) =>
        OwnerOf(tid) is var (user, group) && Mask(tid, "CapPrm:\t") is { } permitted ? (user, group, permitted, Number(tid, "NoNewPrivs:\t") == 1) : null;

    static int? Number(int tid, string key) =>
        TextOf(tid, key) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Real, effective, saved, of the file system.
    static uint? SecondNumber(int tid, string key) =>
        TextOf(tid, key)?.Split('\t') is [_, var text, ..] && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static ulong? Mask(int tid, string key) =>
        TextOf(tid, key) is { } text && ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask) ? mask : null;

    static string? TextOf(int tid, string key)
    {
        try
        {
            return File.ReadLines($"/proc/{tid}/status").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static T Reading<T>(int pid, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(
                FailureCode.RecordingFailed, $"cannot follow process {pid}: {e.Message}", $"/proc/{pid}",
                "check that it still runs, and that this process has CAP_SYS_PTRACE"), e);
        }
    }
}
