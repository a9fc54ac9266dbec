using System.Collections.Concurrent;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Running;
using Tmds.Linux;
using static SyscallProbe.Recording.Interop.PtraceHeader;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>The one thread that traces, as tracees belong to the thread that seized them; others hand it what to do.</summary>
/// <remarks>
/// Each thread of the workload stops at the entry and at the return of every call, or of those that a filter names, and at the signals, forks, execs and ends between them. When this process
/// ends, however it does, the kernel kills what it follows (PTRACE_O_EXITKILL), and lets go what it has attached to.
/// </remarks>
sealed class Tracer
{
    const int EveryOption = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;

    // The last of the real-time signals, which nothing here uses otherwise.
    const int Bell = 64;

    static readonly TimeSpan s_ringInterval = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan s_detachPatience = TimeSpan.FromSeconds(5);

    readonly CallTable _table;
    readonly ConcurrentQueue<Action> _orders = new();
    readonly SemaphoreSlim _hasOrder = new(0);
    readonly StopHandler _stops;
    readonly int _options;
    readonly Thread _thread;
    readonly ManualResetEventSlim _hasStarted = new();
    int _threadId;
    bool _isEnding;

    /// <param name="usesFilter">See <see cref="StopHandler"/>.</param>
    public Tracer(CallTable table, bool usesFilter)
    {
        _table = table;
        _stops = new StopHandler(new CallCounter(table), usesFilter);
        _options = usesFilter ? EveryOption | PTRACE_O_TRACESECCOMP : EveryOption;
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

    /// <summary>Traces processes that run already, and whatever they make: from now on their calls are counted.</summary>
    /// <exception cref="FailureException">The first of them has gone, or may not be traced.</exception>
    public void Attach(RunningProcesses processes) => Do(() =>
    {
        if (!TakeUp(processes.Pid, processes.Pid)) throw new FailureException(Failures.NoProcess(processes.Pid));
        // Others may make threads and processes before their turn; those of a thread that is traced already are traced from their beginning.
        var refused = new HashSet<int>();
        processes.TakeUpAll(pid =>
        {
            var isNew = false;
            foreach (var tid in ProcessStatus.ThreadsOf(pid).Where(tid => !_stops.IsTraced(tid) && !refused.Contains(tid)))
            {
                try
                {
                    isNew |= TakeUp(pid, tid);
                }
                catch (FailureException e) when (tid != processes.Pid && e.Failure.Code == FailureCode.NoPermission)
                {
                    refused.Add(tid);
                    _table.NoteUntraced();
                }
            }
            return isNew;
        });
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

    // False where it has ended, or is traced already and has not been told of yet.
    bool TakeUp(int pid, int tid)
    {
        var errno = PtraceCall.TrySeize(tid, EveryOption & ~PTRACE_O_EXITKILL);
        if (errno == LibC.ESRCH || (errno != 0 && ProcessStatus.TracerOf(tid) == _threadId)) return false;
        if (errno != 0) throw new FailureException(Failures.NotTraceable(pid, PtraceCall.SeizeRefusal(tid, errno)));
        var process = _stops.ProcessOf(pid) ?? new TracedProcess(pid)
        {
            IsArmed = true,
            Executable = RunningProcesses.ProgramOf(pid) is { } path ? _table.ExecutableOf(path) : 0,
            HasFilter = ProcessStatus.HasSeccompFilter(tid),
            Actions = SignalActions.OfRunning(ProcessStatus.HandledSignalsOf(pid)),
        };
        _stops.Add(new Tracee(tid, process) { IsFresh = true });
        PtraceCall.Interrupt(tid);
        return true;
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
                    PtraceCall.Seize(tid, _options);
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
