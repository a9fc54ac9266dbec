using System.Collections.Immutable;
using System.Diagnostics;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Running;

/// <summary>Waits beside a workload that runs: health check, duration, signals. One thread, no locks.</summary>
sealed class RunningLoop(int pidfd, SignalRelay signals, NamespaceCommand? launcher, ImmutableArray<string> healthArgv, TimeSpan healthTimeout, TimeSpan? duration) : IDisposable
{
    static readonly TimeSpan s_forever = TimeSpan.MaxValue;

    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly HealthSchedule _health = new(launcher, healthArgv, healthTimeout);
    TimeSpan _endAt = healthArgv.IsEmpty && duration is { } time ? time : s_forever;

    public RunningEnd Run()
    {
        while (true)
        {
            if (KernelCall.Poll([new pollfd { fd = pidfd, events = LibC.POLLIN }], 0) > 0) return End(hasEnded: true);
            while (signals.Next() is { } signal)
            {
                if (signals.MeansEnd(signal)) return End(isInterrupted: true);
            }
            switch (_health.Look(_clock.Elapsed))
            {
                case HealthNews.Healthy:
                    _endAt = _clock.Elapsed + (duration ?? TimeSpan.Zero);
                    break;
                case HealthNews.TimedOut:
                    return End(note: _health.TimeoutNote);
            }
            if (_clock.Elapsed >= _endAt) return End();
            Sleep();
        }
    }

    public void Dispose()
    {
        // Before the probe is waited for: what it has started would stay in the workload's namespaces.
        launcher?.Delete();
        _health.Dispose();
    }

    RunningEnd End(bool hasEnded = false, bool isInterrupted = false, string? note = null)
    {
        if (hasEnded && _health.IsHealthy == false) note = _health.EndNote;
        return new RunningEnd(hasEnded, _health.IsHealthy, isInterrupted, note is null ? [] : [note]);
    }

    void Sleep()
    {
        var next = _endAt < _health.NextLook ? _endAt : _health.NextLook;
        var wait = next == s_forever ? -1 : (int)Math.Clamp(Math.Ceiling((next - _clock.Elapsed).TotalMilliseconds), 0, int.MaxValue);
        KernelCall.Poll(
        [
            new pollfd { fd = pidfd, events = LibC.POLLIN },
            new pollfd { fd = signals.WakeFd, events = LibC.POLLIN },
            // Passed over where it is -1.
            new pollfd { fd = _health.Pidfd, events = LibC.POLLIN },
        ], wait);
    }
}
