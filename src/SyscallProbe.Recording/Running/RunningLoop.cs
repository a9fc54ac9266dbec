using System.Collections.Immutable;
using System.Diagnostics;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Running;

/// <summary>Waits beside a workload that runs: health check, duration, signals. One thread, no locks.</summary>
sealed class RunningLoop(int pidfd, SignalRelay signals, NamespaceCommand? launcher, ImmutableArray<string> healthArgv, TimeSpan healthTimeout, TimeSpan? duration) : IDisposable
{
    static readonly TimeSpan s_healthInterval = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan s_forever = TimeSpan.MaxValue;

    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly List<string> _notes = [];
    HealthProbe? _probe;
    TimeSpan _nextProbe = launcher is null ? s_forever : TimeSpan.Zero;
    TimeSpan _healthDeadline = launcher is null ? s_forever : healthTimeout;
    TimeSpan _endAt = launcher is null && duration is { } time ? time : s_forever;
    bool? _isHealthy = launcher is null ? null : false;
    string? _lastHealth;

    public RunningEnd Run()
    {
        while (true)
        {
            if (KernelCall.Poll([new pollfd { fd = pidfd, events = LibC.POLLIN }], 0) > 0) return End(hasEnded: true);
            while (signals.Next() is { } signal)
            {
                if (signals.MeansEnd(signal)) return End(isInterrupted: true);
            }
            CheckHealth();
            if (_clock.Elapsed >= _endAt) return End();
            if (_clock.Elapsed >= _healthDeadline)
            {
                _notes.Add($"it was not healthy within {healthTimeout.TotalSeconds:0.###} s{_lastHealth ?? "; the first health check has not ended"}");
                return End();
            }
            Sleep();
        }
    }

    public void Dispose()
    {
        // Before the probe is waited for: what it has started would stay in the workload's namespaces.
        launcher?.Delete();
        _probe?.Dispose();
    }

    RunningEnd End(bool hasEnded = false, bool isInterrupted = false)
    {
        if (hasEnded && _isHealthy == false) _notes.Add($"it ended before it was healthy{_lastHealth}");
        return new RunningEnd(hasEnded, _isHealthy, isInterrupted, [.. _notes]);
    }

    void CheckHealth()
    {
        var now = _clock.Elapsed;
        if (_probe?.Result(now) is { } result)
        {
            var started = _probe.Started;
            _probe.Dispose();
            _probe = null;
            if (result.IsHealthy)
            {
                _isHealthy = true;
                _nextProbe = _healthDeadline = s_forever;
                _endAt = _clock.Elapsed + (duration ?? TimeSpan.Zero);
                return;
            }
            _lastHealth = $"; the last health check: {result.Description}";
            _nextProbe = started + s_healthInterval;
        }
        if (_probe is null && now >= _nextProbe) _probe = HealthProbe.Start(launcher!, healthArgv, now);
    }

    void Sleep()
    {
        var next = _endAt < _healthDeadline ? _endAt : _healthDeadline;
        if (_probe is null && _nextProbe < next) next = _nextProbe;
        var wait = next == s_forever ? -1 : (int)Math.Clamp(Math.Ceiling((next - _clock.Elapsed).TotalMilliseconds), 0, int.MaxValue);
        KernelCall.Poll(
        [
            new pollfd { fd = pidfd, events = LibC.POLLIN },
            new pollfd { fd = signals.WakeFd, events = LibC.POLLIN },
            // Passed over where it is -1.
            new pollfd { fd = _probe?.Pidfd ?? -1, events = LibC.POLLIN },
        ], wait);
    }
}
