using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Engines;

/// <summary>All that one run keeps on the host: a folder in the state folder, named by the container's id.</summary>
/// <remarks>
/// <code>
/// /run/syscallprobe/           locked while runs are made and removed
///   syscallprobe-1f0c.../      one run
///     owner                    process id and start time of the tool, for a person; the tool holds its lock, which says that it lives
///     bundle/config.json       what runc is given
///     root/ scratch/           empty on the host: mount points in the run's own mount namespace
///     runc/ runc.log pid       runc's state, its messages, the init's process id
///     console.sock             where runc sends a bundle's terminal
///     seccomp.sock             where runc sends the listener of a filter
///     runtime log/             another runtime than runc with its flags, a line each; its logs
/// </code>
/// The lock and not the process id tells a living owner: it is let go of with the process, whatever has become of its number since, and in
/// another PID namespace too.
/// </remarks>
sealed class RunFolder : IDisposable
{
    FolderLock? _owner;

    RunFolder(string state, string id)
    {
        State = state;
        Id = id;
    }

    public string State { get; }

    /// <summary>The container's id: unique on the host, and the last part of its cgroup's path.</summary>
    public string Id { get; }

    public string Folder => $"{State}/{Id}";

    public string Bundle => Folder + "/bundle";

    public string Root => Folder + "/root";

    public string Scratch => Folder + "/scratch";

    public string RuncRoot => Folder + "/runc";

    public string RuncLog => Folder + "/runc.log";

    public string ConsoleSocket => Folder + "/console.sock";

    public string ListenerSocket => Folder + "/seccomp.sock";

    public string PidFile => Folder + "/pid";

    /// <summary>Where a sandbox logs.</summary>
    public string Log => Folder + "/log";

    /// <summary>The runtime that has the container where it is not runc, with its flags; written before the container is made, so that whoever finds the folder can remove it.</summary>
    public string[]? OtherRuntime
    {
        get => File.Exists(Folder + "/runtime") ? File.ReadAllLines(Folder + "/runtime") : null;
        set => File.WriteAllLines(Folder + "/runtime", value!);
    }

    string Owner => Folder + "/owner";

    string CgroupParent => "/" + Path.GetFileName(State);

    public string CgroupsPath => $"{CgroupParent}/{Id}";

    /// <summary>Makes the folder of a new run, owned by this process. The state folder must be locked.</summary>
    public static RunFolder Create(string state)
    {
        var run = new RunFolder(state, "syscallprobe-" + Guid.NewGuid().ToString("N")[..12]);
        foreach (var folder in (string[])[run.Bundle, run.Root, run.Scratch]) Directory.CreateDirectory(folder);
        File.WriteAllText(run.Owner, $"{Environment.ProcessId} {ProcessStat.Read(Environment.ProcessId)?.StartTicks}\n");
        run._owner = FolderLock.Try(run.Owner);
        return run;
    }

    /// <summary>The runs in the state folder whose owner has died, now owned by this process. The state folder must be locked.</summary>
    public static IEnumerable<RunFolder> Abandoned(string state)
    {
        foreach (var folder in Directory.GetDirectories(state))
        {
            var run = new RunFolder(state, Path.GetFileName(folder));
            // Without the file the owner died in between: it holds the state folder's lock until it has made the file and has its lock.
            if (!File.Exists(run.Owner) || (run._owner = FolderLock.Try(run.Owner)) is not null) yield return run;
        }
    }

    /// <summary>Removes the cgroup, the folder, and what they were the last one in. The state folder must be locked and the container dead.</summary>
    /// <returns>What could not be removed.</returns>
    public IReadOnlyList<string> Remove()
    {
        var left = new List<string>(CgroupFolders.Remove(CgroupsPath));
        // Where a bundle names no path, runc puts the group below the root.
        left.AddRange(CgroupFolders.Remove("/" + Id));
        CgroupFolders.RemoveIfEmpty(CgroupParent);
        try
        {
            if (Directory.Exists(Folder)) Directory.Delete(Folder, true);
            if (!Directory.EnumerateFileSystemEntries(State).Any()) Directory.Delete(State);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KernelCallException)
        {
            left.Add(Folder);
        }
        Dispose();
        return left;
    }

    public void Dispose()
    {
        _owner?.Dispose();
        _owner = null;
    }
}
