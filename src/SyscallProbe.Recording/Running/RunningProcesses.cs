using System.Globalization;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Running;

/// <summary>The processes of a workload that runs already: looked for anew each time, as it goes on making others. Not thread-safe.</summary>
/// <remarks>
/// <para>
/// Of a process: itself and all that descend from it. Once found, a process stays one of them, also when the one between has ended and another has become its parent.
/// </para>
/// <para>
/// Of a container: all of its mount namespace as well, since what an engine executes in a container descends from the engine; where its mounts are ours, all of its PID
/// namespace. Not by cgroup: where both versions are mounted, runc puts containers into groups of version 1 alone, which an eBPF program has no id of, and a process that
/// is executed later is moved there before it is the application; it is in the namespace from its execve on. A container that has neither namespace of its own is told
/// from its neighbours by its control group, at this moment: what the engine executes in it later is not known.
/// </para>
/// </remarks>
public sealed class RunningProcesses
{
    // A walk through /proc may miss what a process makes that ends before its turn, and the next finds what it has left.
    const int QuietWalks = 2;

    readonly HashSet<(int Pid, ulong StartTicks)> _known = [];
    readonly uint _inode;
    readonly string? _cgroup;

    /// <param name="pid">The process, or the container's init.</param>
    /// <exception cref="FailureException">It has gone, or its <c>/proc</c> files may not be read.</exception>
    public RunningProcesses(int pid, bool isContainer)
    {
        (Pid, IsContainer) = (pid, isContainer);
        if (!isContainer) return;
        OwnNamespace = ProcessStatus.OwnNamespaceOf(pid);
        if (OwnNamespace is { } kind) _inode = ProcessStatus.InodeOf(pid, kind) ?? throw new FailureException(Failures.NoProcess(pid));
        else _cgroup = CgroupOf(pid);
    }

    /// <summary>The process that the others descend from, or the container's init.</summary>
    public int Pid { get; }

    public bool IsContainer { get; }

    /// <summary>The kind of the container's namespace that nothing else is in, as <c>/proc/PID/ns</c> calls it; null where it has none, and for a process.</summary>
    public string? OwnNamespace { get; }

    /// <summary>Those that run at the moment, <see cref="Pid"/> first, a parent before its children; this process and what it has started are left out.</summary>
    public IReadOnlyList<int> Find()
    {
        var all = new Dictionary<int, ProcessStat>();
        foreach (var pid in Numbers())
        {
            if (ProcessStat.Read(pid) is { HasEnded: false } stat && !stat.IsRuncs) all[pid] = stat;
        }
        all.Remove(Environment.ProcessId);
        var children = all.Values.ToLookup(stat => stat.ParentPid, stat => stat.Pid);
        var found = new List<int>();
        var isFound = new HashSet<int>();
        if (all.ContainsKey(Pid)) Take(Pid);
        foreach (var (pid, stat) in all)
        {
            if (_known.Contains((pid, stat.StartTicks)) || IsInside(pid)) Take(pid);
        }
        foreach (var pid in found) _known.Add((pid, all[pid].StartTicks));
        return found;

        void Take(int first)
        {
            var waiting = new Queue<int>([first]);
            while (waiting.TryDequeue(out var pid))
            {
                if (!all.ContainsKey(pid) || !isFound.Add(pid)) continue;
                found.Add(pid);
                foreach (var child in children[pid]) waiting.Enqueue(child);
            }
        }
    }

    /// <summary>Takes up every process, the first of them first, again and again until nothing is new: what is made between two looks is found by the next.</summary>
    /// <param name="takeUp">Says whether there was anything in a process that had not been taken up yet.</param>
    public void TakeUpAll(Func<int, bool> takeUp)
    {
        for (var quiet = 0; quiet < QuietWalks; quiet++)
        {
            foreach (var pid in Find())
            {
                if (takeUp(pid)) quiet = -1;
            }
        }
    }

    /// <summary>The program that a process runs, as it was called in its own root; null where it is not known.</summary>
    public static string? ProgramOf(int pid)
    {
        try
        {
            const string deleted = " (deleted)";
            var path = new FileInfo($"/proc/{pid}/exe").LinkTarget;
            return path?.EndsWith(deleted, StringComparison.Ordinal) == true ? path[..^deleted.Length] : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    bool IsInside(int pid) => OwnNamespace is not null ? ProcessStatus.InodeOf(pid, OwnNamespace) == _inode : _cgroup is not null && CgroupOf(pid) is { } group && (group == _cgroup || group.StartsWith(_cgroup + "/", StringComparison.Ordinal));

    static IEnumerable<int> Numbers() =>
        Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(path.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0).Where(pid => pid > 0);

    // "12:pids:/docker/ID", "0::/system.slice/x": the first that is not the root, with its hierarchy, as a container may be in one alone.
    static string? CgroupOf(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/cgroup").FirstOrDefault(line => !line.EndsWith(":/", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
