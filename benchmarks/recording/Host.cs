using System.Diagnostics;
using System.Globalization;

/// <summary>Where a result was measured: without it a figure says nothing.</summary>
static class Host
{
    /// <summary>Processor, kernel, tools and day, a line each.</summary>
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1];
        return $"""
            Processor: {model ?? "unknown"}, {Environment.ProcessorCount} CPUs
            Kernel: {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}
            Tools: .NET {Environment.Version}; {FirstLine("bpftrace")}; {FirstLine("perf")}; {FirstLine("strace")}
            Day: {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}; load at the start: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}
            """;
    }

    static string FirstLine(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadLine() ?? program;
    }
}
