using System.Globalization;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Running;

/// <summary>Calls that threads are in: they are counted once they return, so that of those that last as long as the recording nothing is counted.</summary>
static class OpenCalls
{
    /// <summary>A sentence with the names and how many threads are in each; null when there are none.</summary>
    public static string? Of(RunningProcesses processes)
    {
        var threads = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var thread in processes.Find().SelectMany(ProcessStatus.ThreadsOf))
        {
            if (NameOf(thread) is { } name) threads[name] = threads.GetValueOrDefault(name) + 1;
        }
        return threads.Count == 0 ? null
            : $"calls that had not returned when the recording ended are not counted: {string.Join(", ", threads.Select(entry => $"{entry.Key} ({entry.Value} {(entry.Value == 1 ? "thread" : "threads")})"))}";
    }

    // "0 0x3 0x7ffd... SP PC": number and arguments; "running", or "-1 SP PC" outside of any call. Documentation/filesystems/proc.rst (v6.18).
    static string? NameOf(int thread)
    {
        try
        {
            var word = File.ReadAllText($"/proc/{thread}/syscall").Split([' ', '\n'], 2)[0];
            return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var nr) ? Syscalls.NameOf(Kernel.HostAbi, new Nr(nr)) ?? word : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
