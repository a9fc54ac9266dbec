using System.Globalization;

namespace SyscallProbe.Recording.Host;

/// <summary>What <c>/proc/PID/stat</c> says of a process.</summary>
/// <param name="Name">The command name, at most 15 bytes; changes with execve.</param>
/// <param name="State">One letter; <c>Z</c> and <c>X</c> are processes that have ended.</param>
/// <param name="StartTicks">Since boot, in clock ticks: with the process id it names a process for good.</param>
/// <remarks>Format: Documentation/filesystems/proc.rst, table 1-4 (v6.18): fields 1 to 4 and 22.</remarks>
readonly record struct ProcessStat(int Pid, string Name, char State, ulong StartTicks)
{
    public bool HasEnded => State is 'Z' or 'X';

    /// <summary>Whether it is a process of runc's that has not executed the workload yet: they are called runc:[1:CHILD] and runc:[2:INIT], libcontainer/nsenter/nsexec.c (v1.1).</summary>
    public bool IsRuncs => Name.StartsWith("runc:[", StringComparison.Ordinal);

    /// <summary>The process that made it, or that took it over when that one ended; 0 for none.</summary>
    public int ParentPid { get; init; }

    /// <summary>Null when there is no such process.</summary>
    public static ProcessStat? Read(int pid)
    {
        try
        {
            return TryParse(File.ReadAllText($"/proc/{pid}/stat"), out var stat) ? stat : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads the file's text. The name may hold blanks and parentheses: only the last closing one ends it.</summary>
    public static bool TryParse(string text, out ProcessStat stat)
    {
        stat = default;
        int open = text.IndexOf('('), close = text.LastIndexOf(')');
        if (open < 1 || close < open || close + 2 > text.Length) return false;
        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int startTime = 22 - 3; // the first field behind the name is number 3
        if (fields.Length <= startTime || fields[0].Length != 1) return false;
        if (!int.TryParse(text.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return false;
        if (!ulong.TryParse(fields[startTime], NumberStyles.None, CultureInfo.InvariantCulture, out var start)) return false;
        if (!int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)) return false;
        stat = new ProcessStat(pid, text[(open + 1)..close], fields[0][0], start) { ParentPid = parent };
        return true;
    }
}
