using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Traces;
using Tmds.Linux;

namespace SyscallProbe.Recording.Running;

/// <summary>A workload that somebody else has started, watched until it ends or the watching does. It is never signalled, stopped or killed.</summary>
/// <remarks>From <see cref="Open"/> on signals to this process mean the end of the recording and nothing to the workload. Not thread-safe.</remarks>
public sealed class RunningWorkload : IDisposable
{
    // USER_HZ of both architectures, include/asm-generic/param.h (v6.18).
    const double TicksPerSecond = 100;

    readonly SignalRelay _signals = new();
    readonly DateTime _opened = DateTime.UtcNow;
    readonly int _pidfd;

    RunningWorkload(int pid, FoundContainer? container)
    {
        _pidfd = Kernel.PidfdOpen(pid, 0);
        if (_pidfd < 0) throw new FailureException(Refusal(pid));
        Image = container?.Image;
        Processes = new RunningProcesses(pid, container is not null);
        Argv = ArgvOf(pid);
        Capabilities = ProcessStatus.BoundingSetOf(pid);
        HasFilter = ProcessStatus.HasSeccompFilter(pid);
        Age = AgeOf(pid);
    }

    /// <summary>All of it, for a recorder to attach to.</summary>
    public RunningProcesses Processes { get; }

    /// <summary>The command of its first process, as that shows it now.</summary>
    public ImmutableArray<string> Argv { get; }

    /// <summary>The image's name, as the engine calls it; null for a process, and where the engine does not say.</summary>
    public string? Image { get; }

    /// <summary>The bounding set of its first process, bit N is capability N; null when it has ended.</summary>
    public ulong? Capabilities { get; }

    /// <summary>How long its first process had been running.</summary>
    public TimeSpan Age { get; }

    /// <summary>Whether a seccomp filter judged the calls of its first process when it was opened.</summary>
    public bool HasFilter { get; }

    DateTime Started => _opened - Age;

    /// <summary>Looks at a workload that runs.</summary>
    /// <param name="pid">A process, as this one sees its number.</param>
    /// <param name="container">The container that it is the init of; null for a process and what descends from it.</param>
    /// <exception cref="FailureException">There is no such process, or it is none that can be recorded.</exception>
    public static RunningWorkload Open(int pid, FoundContainer? container = null)
    {
        if (pid == Environment.ProcessId) throw new FailureException(Failures.OwnProcessGiven(pid));
        if (ProcessStat.Read(pid) is not { HasEnded: false }) throw new FailureException(Failures.NoProcess(pid));
        if (ProcessStatus.GroupOf(pid) is { } group && group.Pid != pid) throw new FailureException(Failures.IsThread(pid, group.Pid));
        if (ArgvOf(pid).IsEmpty && ReadsEmpty($"/proc/{pid}/maps")) throw new FailureException(Failures.KernelThread(pid));
        return new RunningWorkload(pid, container);
    }

    /// <summary>What limits the trust in a recording of it, a sentence each; to be asked before the recording is read.</summary>
    /// <param name="isFiltered">Whether a seccomp filter judged its calls, from the start or from later on.</param>
    public ImmutableArray<string> Reasons(bool isFiltered)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        reasons.Add($"late attachment: what ran before is not in the trace: process {Processes.Pid} was started at {Started:yyyy-MM-ddTHH:mm:ssZ}, {Text(Age)} before the recording");
        if (Processes is { IsContainer: true, OwnNamespace: null }) reasons.Add("what the engine executes in the container later is not recorded: it has no mount or PID namespace of its own");
        if (isFiltered) reasons.Add("it runs under a seccomp filter of its own: where that gave an error, it is not known what the kernel would have given");
        if (OpenCalls.Of(Processes) is { } open) reasons.Add(open);
        return reasons.ToImmutable();
    }

    /// <summary>Waits until the workload ends, its time is over, or this process is asked to end.</summary>
    /// <param name="healthArgv">Runs beside the workload, in its namespaces, every 500 ms until it exits with 0; empty for none. Then <paramref name="duration"/> begins.</param>
    /// <param name="duration">Null: with a health check no longer, else until it ends.</param>
    /// <exception cref="FailureException">The health check cannot be run here.</exception>
    public RunningEnd Wait(ImmutableArray<string> healthArgv, TimeSpan healthTimeout, TimeSpan? duration)
    {
        using var loop = new RunningLoop(_pidfd, _signals, healthArgv.IsEmpty ? null : new NamespaceCommand(Processes.Pid), healthArgv, healthTimeout, duration);
        return loop.Run();
    }

    public void Dispose()
    {
        _signals.Dispose();
        LibC.close(_pidfd);
    }

    static Failure Refusal(int pid) => LibC.errno == LibC.ESRCH ? Failures.NoProcess(pid) : Kernel.Failed("pidfd_open", pid.ToString(CultureInfo.InvariantCulture)).Failure;

    static ImmutableArray<string> ArgvOf(int pid)
    {
        try
        {
            var text = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline"));
            return text.Length == 0 ? [] : [.. text.TrimEnd('\0').Split('\0')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // A thread of the kernel has no memory of its own.
    static bool ReadsEmpty(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return RandomAccess.Read(file, new byte[1], 0) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Both in seconds since boot: Documentation/filesystems/proc.rst (v6.18).
    static TimeSpan AgeOf(int pid)
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        return ProcessStat.Read(pid) is { } stat ? TimeSpan.FromSeconds(Math.Max(0, uptime - stat.StartTicks / TicksPerSecond)) : TimeSpan.Zero;
    }

    static string Text(TimeSpan time) =>
        time.TotalSeconds < 120 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s")
        : time.TotalMinutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h");
}
