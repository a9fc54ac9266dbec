using System.Diagnostics;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording;

/// <summary>A recorder that notes when kinds of call first appear, by reading another one again and again until the workload is told to stop.</summary>
/// <remarks>
/// The looks become rarer with time, each by a tenth, so that a long recording costs no more of them than a short one; a kind counts from the look that first shows it.
/// Of a workload that ends by itself nothing is said: it has done all that it had to do.
/// </remarks>
public sealed class SaturationRecorder(IRecorder inner) : IRecorder
{
    const double Growth = 1.1, LateFrom = 2.0 / 3;

    static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(50);

    readonly Lock _gate = new();
    readonly Stopwatch _clock = new();
    readonly Dictionary<(CallKey, Result), TimeSpan> _firstSeen = [];
    readonly ManualResetEventSlim _end = new();
    Thread? _thread;
    TimeSpan? _stopped;

    /// <inheritdoc/>
    public bool TakesStacks => inner.TakesStacks;

    public void Follow(int initPid)
    {
        lock (_gate) inner.Follow(initPid);
        if (_thread is not null) return;
        _clock.Start();
        _thread = new Thread(Watch) { IsBackground = true, Name = "saturation" };
        _thread.Start();
    }

    public void SetPhase(Phase phase)
    {
        if (phase == Phase.Shutdown && _stopped is null)
        {
            // Before the phase: what it does because it is told to stop is no sign of gaps.
            Look();
            _stopped = _clock.Elapsed;
            _end.Set();
        }
        lock (_gate) inner.SetPhase(phase);
    }

    public RecordedCalls Read()
    {
        lock (_gate)
        {
            var calls = inner.Read();
            if (_stopped is not { } stopped || _firstSeen.Count == 0) return calls;
            return calls with
            {
                LastNewKind = Math.Min(1, _firstSeen.Values.Max() / stopped),
                LateKinds = _firstSeen.Values.Count(first => first > stopped * LateFrom),
            };
        }
    }

    /// <summary>Ends the looks; the other recorder is its owner's.</summary>
    public void Dispose()
    {
        _end.Set();
        _thread?.Join();
        _end.Dispose();
    }

    void Watch()
    {
        for (var next = s_first; !_end.Wait(next - _clock.Elapsed is { Ticks: > 0 } wait ? wait : TimeSpan.Zero); next = _clock.Elapsed * Growth > next ? _clock.Elapsed * Growth : next * Growth) Look();
    }

    void Look()
    {
        lock (_gate)
        {
            if (_stopped is not null) return;
            var now = _clock.Elapsed;
            foreach (var observation in inner.Read().Observations) _firstSeen.TryAdd((CallKey.Of(observation), observation.Result), now);
        }
    }
}
