using System.Globalization;
using Tmds.Linux;

namespace SyscallProbe.Recording.Host;

/// <summary>Removes control groups, in every hierarchy that is mounted: version 1, version 2, or both.</summary>
static class CgroupFolders
{
    /// <summary>Removes a group and those below it; processes left in them are killed. Returns what could not be removed.</summary>
    /// <param name="path">From each hierarchy's root on: <c>/syscallprobe/ID</c>.</param>
    public static IReadOnlyList<string> Remove(string path)
    {
        var left = new List<string>();
        foreach (var folder in Everywhere(path))
        {
            if (Directory.Exists(folder) && !TryRemove(folder)) left.Add(folder);
        }
        return left;
    }

    /// <summary>Removes a group that has no other group below it; else leaves it.</summary>
    public static void RemoveIfEmpty(string path)
    {
        foreach (var folder in Everywhere(path)) RemoveFolder(folder);
    }

    /// <summary>Moves this process into a group, made where it does not exist, in every hierarchy that lets it.</summary>
    /// <returns>Whether one did.</returns>
    public static bool Enter(string path)
    {
        var entered = false;
        foreach (var folder in Everywhere(path))
        {
            try
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(folder + "/cgroup.procs", "0");
                entered = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not mounted for writing, or a group that takes no process as it is: cpuset before its CPUs are set.
            }
        }
        return entered;
    }

    static IEnumerable<string> Everywhere(string path) =>
        MountPoint.ParseAll(File.ReadAllText("/proc/self/mountinfo")).Where(mount => mount.FileSystem is "cgroup" or "cgroup2").Select(mount => mount.Path + path);

    static bool TryRemove(string folder)
    {
        try
        {
            foreach (var below in Directory.GetDirectories(folder)) TryRemove(below);
            // The kernel takes a moment to let go of processes that have just been killed (EBUSY).
            for (var attempt = 0; attempt < 200; attempt++)
            {
                foreach (var line in File.ReadAllLines(folder + "/cgroup.procs"))
                {
                    if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1) LibC.kill(pid, LibC.SIGKILL);
                }
                if (RemoveFolder(folder)) return true;
                Thread.Sleep(10);
            }
            return false;
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists(folder);
        }
    }

    // rmdir(2) itself: Directory.Delete would first try to delete the kernel's files in it.
    static unsafe bool RemoveFolder(string folder)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(folder + '\0')) return LibC.rmdir(text) == 0 || LibC.errno == LibC.ENOENT;
    }
}
