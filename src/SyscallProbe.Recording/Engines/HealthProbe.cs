using System.Text;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>One run of the health check beside the workload.</summary>
sealed class HealthProbe : IDisposable
{
    const int KeptOutput = 2048;

    readonly ChildProcess? _client;
    readonly OutputTail _output = OutputTail.OfPipe(KeptOutput, -1);
    readonly string? _failure;

    HealthProbe(ILauncher launcher, IReadOnlyList<string> argv, TimeSpan now)
    {
        Started = now;
        try
        {
            using var none = File.OpenHandle("/dev/null");
            _client = launcher.Exec(argv, ((int)none.DangerousGetHandle(), _output.WriteFd, _output.WriteFd));
        }
        catch (FailureException e)
        {
            _failure = e.Failure.What;
        }
        _output.CloseWriteSide();
    }

    /// <summary>On the clock of whoever started it.</summary>
    public TimeSpan Started { get; }

    /// <summary>For poll(2): readable once the check has ended; -1 when it could not be started.</summary>
    public int Pidfd => _client?.Pidfd ?? -1;

    public static HealthProbe Start(ILauncher launcher, IReadOnlyList<string> argv, TimeSpan now) => new(launcher, argv, now);

    /// <summary>Whether it said healthy, and else what it did; null as long as it runs.</summary>
    public (bool IsHealthy, string Description)? Result(TimeSpan now)
    {
        if (_client is null) return (false, _failure!);
        if (!_client.WaitForExit(TimeSpan.Zero)) return null;
        var status = _client.Reap();
        if (status.IsSuccess) return (true, "");
        // What it has printed is in the pipe already; a process that it left behind may hold the other end open for ever.
        _output.WaitForEnd(TimeSpan.FromMilliseconds(100));
        var said = Failures.Cut(Encoding.UTF8.GetString(_output.Last()));
        return (false, $"exit status {status.ExitCode ?? 128 + status.Signal}{(said.Length > 0 ? $", '{said}'" : "")}");
    }

    /// <summary>Ends it. The container should have ended: then the command in it has too, and runc with it.</summary>
    /// <remarks>
    /// runc must not be killed before its command has ended: nobody would reap that one, and a PID namespace's init cannot end before all
    /// of its processes have been reaped (zap_pid_ns_processes, kernel/pid_namespace.c, v6.18).
    /// </remarks>
    public void Dispose()
    {
        if (_client is not null)
        {
            if (!_client.WaitForExit(TimeSpan.FromSeconds(5))) _client.Signal(LibC.SIGKILL);
            _client.Reap();
            _client.Dispose();
        }
        _output.Dispose();
    }
}
