using System.Diagnostics;
using System.Globalization;
using SyscallProbe.Recording;

/// <summary>What the recorder itself takes while a program makes calls: it must not hang on how many, nor on how fast.</summary>
static class Footprint
{
    const string Locked = "memlock:"; // kernel/bpf/syscall.c: bpf_map_show_fdinfo, bpf_prog_show_fdinfo (v6.18)

    /// <summary>Prints a row for each number of calls.</summary>
    public static void Print(Programs programs)
    {
        Console.WriteLine("\n| calls of getppid and fcntl | seconds | recorder's CPU ms meanwhile | reading out, CPU ms | kernel's memory, KiB | process's memory, MiB |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var count in (long[])[10_000, 1_000_000, 10_000_000]) Print(programs, count);
    }

    static void Print(Programs programs, long count)
    {
        using var recorder = BpfRecorder.Open();
        using var self = Process.GetCurrentProcess();
        var (clock, meanwhile) = (Stopwatch.StartNew(), TimeSpan.Zero);
        foreach (var kind in (string[])["getppid", "fcntl"])
        {
            Tools.Launched(programs, [kind, (count / 2).ToString(CultureInfo.InvariantCulture)], pid =>
            {
                recorder.Follow(pid);
                self.Refresh();
                meanwhile -= self.TotalProcessorTime;
            });
            self.Refresh();
            meanwhile += self.TotalProcessorTime;
        }
        var taken = clock.Elapsed;
        var before = self.TotalProcessorTime;
        recorder.Read();
        self.Refresh();
        Console.WriteLine(
            $"| {count:n0} | {taken.TotalSeconds:f2} | {meanwhile.TotalMilliseconds:f0} | {(self.TotalProcessorTime - before).TotalMilliseconds:f0} "
            + $"| {KernelBytes() / 1024:n0} | {self.WorkingSet64 >> 20} |");
    }

    // Of every table and program that this process has open.
    static long KernelBytes() => Directory.EnumerateFiles("/proc/self/fdinfo")
        .SelectMany(path => File.Exists(path) ? File.ReadLines(path) : []).Where(line => line.StartsWith(Locked, StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan(Locked.Length), provider: CultureInfo.InvariantCulture));
}
