using System.Collections.Concurrent;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;
using static SyscallProbe.Recording.Interop.PtraceHeader;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>The one thread that traces, as tracees belong to the thread that seized them; others hand it what to do.</summary>
/// <remarks>
/// Each thread of the workload stops at the entry and at the return of every call, and at the signals, forks, execs and ends between them. When this process
/// ends, however it does, the kernel kills what it traces (PTRACE_O_EXITKILL).
/// </remarks>
sealed class Tracer
{
    const int Options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;

    // The last of the real-time signals, which nothing here uses otherwise.
    const int Bell = 64;

    static readonly TimeSpan s_ringInterval = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan s_detachPatience = TimeSpan.FromSeconds(5);

    readonly ConcurrentQueue<Action> _orders = new();
    readonly SemaphoreSlim _hasOrder = new(0);
    readonly StopHandler _stops;
    readonly Thread _thread;
    readonly ManualResetEventSlim _hasStarted = new();
    int _threadId;
    bool _isEnding;

    public Tracer(CallTable table)
    {
        _stops = new StopHandler(new CallCounter(table));
        PtraceCall.UseAsBell(Bell);
        _thread = new Thread(Run) { IsBackground = true, Name = "tracer" };
        _thread.Start();
        _hasStarted.Wait();
    }

    /// <summary>Traces every thread of a process, and whatever they make; from its next execve on its calls are counted.</summary>
    /// <exception cref="FailureException">It has gone, or may not be traced.</exception>
    public void Follow(int pid) => Do(() =>
    {
        var process = _stops.ProcessOf(pid);
        if (process is null) Attach(process = new TracedProcess(pid));
        process.IsFollowed = true;
        foreach (var tid in _stops.ThreadsOf(process)) PtraceCall.Interrupt(tid);
    });

    /// <summary>Lets everything go its way and ends the thread.</summary>
    public void Stop()
    {
        if (!_thread.IsAlive) return;
        Do(() =>
        {
            _isEnding = true;
            _stops.BeginToDetach();
        });
        // A thread that the kernel does not let stop is killed with this process in the end.
        _thread.Join(s_detachPatience);
    }

    void Attach(TracedProcess process)
    {
        // Threads may make others meanwhile; those of a thread that is traced already are traced from their beginning.
        for (var isNew = true; isNew;)
        {
            isNew = false;
            var threads = ProcessStatus.ThreadsOf(process.Pid);
            if (threads.Count == 0) threads.Add(process.Pid); // to be told why it cannot be
            foreach (var tid in threads.Where(tid => !_stops.IsTraced(tid)))
            {
                isNew = true;
                try
                {
                    PtraceCall.Seize(tid, Options);
                }
                catch (FailureException e) when (tid != process.Pid && e.Failure.Code == FailureCode.RecordingFailed)
                {
                    continue; // it has ended
                }
                _stops.Add(new Tracee(tid, process));
            }
        }
    }

    void Run()
    {
        _threadId = PtraceCall.ThreadId();
        _hasStarted.Set();
        while (true)
        {
            while (_orders.TryDequeue(out var order)) order();
            if (_stops.HasTracees)
            {
                var tid = PtraceCall.Wait(out var status);
                if (tid > 0) _stops.Handle(tid, status);
                else if (tid < 0) _stops.Forget();
            }
            else if (_isEnding)
            {
                return;
            }
            else
            {
                _hasOrder.Wait();
            }
        }
    }

    // Runs an order on the thread, and throws what it throws.
    void Do(Action action)
    {
        PtraceCall.SilenceStops();
        Exception? thrown = null;
        using var done = new ManualResetEventSlim();
        _orders.Enqueue(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }
            done.Set();
        });
        _hasOrder.Release();
        // A bell that rings just before the thread begins to wait is not heard.
        while (!done.Wait(s_ringInterval)) PtraceCall.SignalThread(_threadId, Bell);
        if (thrown is not null) throw thrown;
    }
}
