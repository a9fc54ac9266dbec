using System.Diagnostics;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Traces;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>Drives a started workload until its init has ended: health check, duration, signals, and the way it is stopped. One thread, no locks.</summary>
sealed class WorkloadLoop(WorkloadPlan plan, ChildProcess init, SignalRelay signals, ILauncher launcher, Action<Phase> onPhase, CancellationToken cancellation)
{
    static readonly TimeSpan s_healthInterval = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan s_forever = TimeSpan.MaxValue;

    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly List<string> _notes = [];
    HealthProbe? _probe;
    TimeSpan _nextProbe = plan.HealthArgv.IsEmpty ? s_forever : TimeSpan.Zero;
    TimeSpan _healthDeadline = plan.HealthArgv.IsEmpty ? s_forever : plan.HealthTimeout;
    TimeSpan _stopAt = plan.HealthArgv.IsEmpty && plan.Duration is { } duration ? duration : s_forever;
    TimeSpan _killAt = s_forever;
    string? _lastHealth;
    int? _stopSignal;

    public bool? IsHealthy { get; private set; } = plan.HealthArgv.IsEmpty ? null : false;

    public bool IsStopped => _stopSignal is not null;

    public bool IsInterrupted { get; private set; }

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Called when the size of our terminal has changed; the signal is passed on besides.</summary>
    public Action? OnResize { get; init; }

    /// <summary>Returns when the init has ended; it has not been reaped.</summary>
    public void Run()
    {
        using var wakeOnCancel = cancellation.Register(signals.Wake);
        while (!init.WaitForExit(TimeSpan.Zero))
        {
            TakeSignals();
            Check();
            Sleep();
        }
        EndProbe();
        if (IsHealthy == false && !IsStopped) _notes.Add($"it ended before it was healthy{_lastHealth}");
    }

    void TakeSignals()
    {
        if (cancellation.IsCancellationRequested && !IsInterrupted) Interrupt(LibC.SIGTERM);
        while (signals.Next() is { } signal)
        {
            if (signals.MeansEnd(signal)) Interrupt(signal);
            else init.Signal(signal);
            if (signal == LibC.SIGWINCH) OnResize?.Invoke();
        }
    }

    void Interrupt(int signal)
    {
        if (IsInterrupted) _killAt = _clock.Elapsed; // asked again: no more patience
        IsInterrupted = true;
        if (IsStopped) init.Signal(signal);
        else Stop(signal);
    }

    void Check()
    {
        var now = _clock.Elapsed;
        if (!IsStopped) CheckHealth(now);
        if (!IsStopped && now >= _stopAt) Stop(LibC.SIGTERM);
        if (now >= _killAt)
        {
            if (!IsInterrupted) _notes.Add($"it did not end within {plan.StopTimeout.TotalSeconds:0.###} s of SIGTERM and was killed");
            init.Signal(LibC.SIGKILL);
            if (!init.WaitForExit(Workload.KillPatience)) launcher.Resume();
            _killAt = s_forever;
        }
    }

    void CheckHealth(TimeSpan now)
    {
        if (_probe?.Result(now) is { } result)
        {
            var started = _probe.Started;
            _probe.Dispose();
            _probe = null;
            if (result.IsHealthy)
            {
                IsHealthy = true;
                _nextProbe = _healthDeadline = s_forever;
                onPhase(Phase.Serving);
                _stopAt = _clock.Elapsed + (plan.Duration ?? TimeSpan.Zero);
                return;
            }
            _lastHealth = $"; the last health check: {result.Description}";
            _nextProbe = started + s_healthInterval;
        }
        if (now >= _healthDeadline)
        {
            _notes.Add($"it was not healthy within {plan.HealthTimeout.TotalSeconds:0.###} s{_lastHealth ?? "; the first health check has not ended"}");
            Stop(LibC.SIGTERM);
        }
        else if (_probe is null && now >= _nextProbe)
        {
            _probe = HealthProbe.Start(launcher, plan.HealthArgv, now);
        }
    }

    void Stop(int signal)
    {
        _stopSignal = signal;
        _stopAt = _healthDeadline = s_forever;
        _killAt = _clock.Elapsed + plan.StopTimeout;
        // Before the signal: what the workload does because of it belongs to the new phase.
        onPhase(Phase.Shutdown);
        init.Signal(signal);
    }

    void Sleep()
    {
        var next = _stopAt < _killAt ? _stopAt : _killAt;
        if (!IsStopped)
        {
            if (_healthDeadline < next) next = _healthDeadline;
            if (_probe is null && _nextProbe < next) next = _nextProbe;
        }
        var wait = next == s_forever ? -1 : (int)Math.Clamp(Math.Ceiling((next - _clock.Elapsed).TotalMilliseconds), 0, int.MaxValue);
        KernelCall.Poll(
        [
            new pollfd { fd = init.Pidfd, events = LibC.POLLIN },
            new pollfd { fd = signals.WakeFd, events = LibC.POLLIN },
            // Passed over where it is -1: a probe that ends after the stop is not looked at any more, and would only wake us.
            new pollfd { fd = IsStopped ? -1 : _probe?.Pidfd ?? -1, events = LibC.POLLIN },
        ], wait);
    }

    void EndProbe()
    {
        _probe?.Dispose();
        _probe = null;
    }
}
