using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>Removes the runs of tools that were killed before they could clean up.</summary>
static class Leftovers
{
    /// <summary>Removes every run whose owner has died; those of the living are not touched. The state folder must be locked.</summary>
    /// <returns>A sentence each for what could not be removed.</returns>
    public static IReadOnlyList<string> Sweep(string state, string runcPath)
    {
        var notes = new List<string>();
        foreach (var run in RunFolder.Abandoned(state).ToList())
        {
            try
            {
                EndCreators(run);
                if (Directory.Exists(run.RuncRoot)) Runc.Of(runcPath, run).Delete();
            }
            catch (Exception e) when (e is FailureException or KernelCallException)
            {
                notes.Add($"a container left by a killed run could not be removed: {e.Message}");
            }
            var left = run.Remove();
            if (left.Count > 0) notes.Add($"left by a killed run and not removed: {string.Join(", ", left)}");
        }
        return notes;
    }

    /// <summary>Waits for, then kills, a runc that outlived the tool and may still be making the container.</summary>
    static void EndCreators(RunFolder run)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            if (!IsCreator(pid, run)) continue;
            try
            {
                using var creator = ChildProcess.Adopt(pid);
                if (!creator.WaitForExit(TimeSpan.FromSeconds(5))) creator.Signal(LibC.SIGKILL);
            }
            catch (KernelCallException e) when (e.Errno.Value == LibC.ESRCH)
            {
                // It has ended in between.
            }
        }
    }

    static bool IsCreator(int pid, RunFolder run)
    {
        try
        {
            var words = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline")).Split('\0');
            return words.Contains(run.RuncRoot) && words.Contains("create");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
