using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using Tmds.Linux;

namespace SyscallProbe.Recording.Sandbox;

/// <summary>The process of runsc beside the sandbox, which opens its files.</summary>
/// <remarks>Both are this process's children once the runsc that made them has ended, and this one must be reaped as well: <c>runsc delete</c> waits until its id is gone.</remarks>
static class Gofer
{
    /// <summary>That of a run that has been made; null where the release does without.</summary>
    public static ChildProcess? Of(RunFolder run)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Is(pid, run)) return ChildProcess.Adopt(pid);
        }
        return null;
    }

    /// <summary>Waits until it has ended, which it does with its sandbox; kills it where it does not.</summary>
    public static void End(ChildProcess gofer)
    {
        if (!gofer.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            gofer.Signal(LibC.SIGKILL);
            gofer.WaitForExit(TimeSpan.FromSeconds(5));
        }
        gofer.Reap();
        gofer.Dispose();
    }

    static bool Is(int pid, RunFolder run)
    {
        try
        {
            var words = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline")).Split('\0');
            return words.Contains("gofer") && words.Contains("--root=" + run.RuncRoot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
