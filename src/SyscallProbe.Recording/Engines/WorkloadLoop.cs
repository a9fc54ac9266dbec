using System.Diagnostics;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Traces;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>Drives a started workload until its init has ended: health check, duration, signals, and the way it is stopped. One thread, no locks.</summary>
sealed class WorkloadLoop(WorkloadPlan plan, ChildProcess init, SignalRelay signals, ILauncher launcher, Action<Phase> onPhase, CancellationToken cancellation)
{
    static readonly TimeSpan s_forever = TimeSpan.MaxValue;

    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly List<string> _notes = [];
    readonly HealthSchedule _health = new(launcher, plan.HealthArgv, plan.HealthTimeout);
    TimeSpan _stopAt = plan.HealthArgv.IsEmpty && plan.Duration is { } duration ? duration : s_forever;
    TimeSpan _killAt = s_forever;
    int? _stopSignal;

    public bool? IsHealthy => _health.IsHealthy;

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
        _health.Dispose();
        if (IsHealthy == false && !IsStopped) _notes.Add(_health.EndNote);
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
        switch (_health.Look(now))
        {
            case HealthNews.Healthy:
                onPhase(Phase.Serving);
                _stopAt = _clock.Elapsed + (plan.Duration ?? TimeSpan.Zero);
                break;
            case HealthNews.TimedOut:
                _notes.Add(_health.TimeoutNote);
                Stop(LibC.SIGTERM);
                break;
        }
    }

    void Stop(int signal)
    {
        _stopSignal = signal;
        _stopAt = s_forever;
        _killAt = _clock.Elapsed + plan.StopTimeout;
        // Before the signal: what the workload does because of it belongs to the new phase.
        onPhase(Phase.Shutdown);
        init.Signal(signal);
    }

    void Sleep()
    {
        var next = _stopAt < _killAt ? _stopAt : _killAt;
        if (!IsStopped && _health.NextLook < next) next = _health.NextLook;
        var wait = next == s_forever ? -1 : (int)Math.Clamp(Math.Ceiling((next - _clock.Elapsed).TotalMilliseconds), 0, int.MaxValue);
        KernelCall.Poll(
        [
            new pollfd { fd = init.Pidfd, events = LibC.POLLIN },
            new pollfd { fd = signals.WakeFd, events = LibC.POLLIN },
            // Passed over where it is -1: a probe that ends after the stop is not looked at any more, and would only wake us.
            new pollfd { fd = IsStopped ? -1 : _health.Pidfd, events = LibC.POLLIN },
        ], wait);
    }
}
