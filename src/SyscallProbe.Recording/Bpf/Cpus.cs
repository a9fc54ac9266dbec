using System.Globalization;

namespace SyscallProbe.Recording.Bpf;

/// <summary>How many CPUs a per-CPU map has values for.</summary>
static class Cpus
{
    static readonly Lazy<int> s_possible = new(() => Count(File.ReadAllText("/sys/devices/system/cpu/possible")));

    /// <summary>CPUs that the kernel may ever bring up, present or not: it copies a value for each of them.</summary>
    public static int Possible => s_possible.Value;

    /// <summary>Counts a list as the kernel writes it: <c>0-3,8,10-11</c>.</summary>
    public static int Count(string list)
    {
        var count = 0;
        foreach (var range in list.Trim().Split(','))
        {
            var ends = range.Split('-');
            count += int.Parse(ends[^1], CultureInfo.InvariantCulture) - int.Parse(ends[0], CultureInfo.InvariantCulture) + 1;
        }
        return count;
    }
}
