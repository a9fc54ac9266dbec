namespace SyscallProbe.Recording.Engines;

/// <summary>What a look at the health check brought.</summary>
enum HealthNews
{
    /// <summary>Nothing that has to be acted on.</summary>
    None,

    /// <summary>The workload is healthy from now on; no check follows.</summary>
    Healthy,

    /// <summary>Its time is over, and it is not healthy.</summary>
    TimedOut,
}

/// <summary>When the health check is run beside a workload, and what has come of it so far. One thread, no locks.</summary>
/// <param name="launcher">Runs the check; not needed where there is none.</param>
/// <param name="argv">The check; empty for none.</param>
/// <param name="timeout">From the beginning of the clock that <see cref="Look"/> is told.</param>
sealed class HealthSchedule(ILauncher? launcher, IReadOnlyList<string> argv, TimeSpan timeout) : IDisposable
{
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan s_forever = TimeSpan.MaxValue;

    HealthProbe? _probe;
    TimeSpan _next = argv.Count == 0 ? s_forever : TimeSpan.Zero;
    TimeSpan _deadline = argv.Count == 0 ? s_forever : timeout;
    string? _last;

    /// <summary>Null without a check.</summary>
    public bool? IsHealthy { get; private set; } = argv.Count == 0 ? null : false;

    /// <summary>When there is something to look at though no check has ended.</summary>
    public TimeSpan NextLook => _probe is null && _next < _deadline ? _next : _deadline;

    /// <summary>For poll(2): readable once the check that runs has ended; -1 while none runs.</summary>
    public int Pidfd => _probe?.Pidfd ?? -1;

    /// <summary>What a person is told of a workload whose time is over.</summary>
    public string TimeoutNote => $"it was not healthy within {timeout.TotalSeconds:0.###} s{_last ?? "; the first health check has not ended"}";

    /// <summary>What a person is told of a workload that ended before its time.</summary>
    public string EndNote => $"it ended before it was healthy{_last}";

    /// <summary>Takes the result of a check that has ended, and starts the next one when it is due.</summary>
    public HealthNews Look(TimeSpan now)
    {
        if (_probe?.Result(now) is { } result)
        {
            var started = _probe.Started;
            Dispose();
            if (result.IsHealthy)
            {
                IsHealthy = true;
                _next = _deadline = s_forever;
                return HealthNews.Healthy;
            }
            _last = $"; the last health check: {result.Description}";
            _next = started + s_interval;
        }
        if (now >= _deadline) return HealthNews.TimedOut;
        if (_probe is null && now >= _next) _probe = HealthProbe.Start(launcher!, argv, now);
        return HealthNews.None;
    }

    /// <summary>Ends the check that runs; a later look starts another.</summary>
    public void Dispose()
    {
        _probe?.Dispose();
        _probe = null;
    }
}
