using SyscallProbe.Recording.Ptrace;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording;

/// <summary>Counts calls by stopping the workload at each of them: the fall-back where eBPF cannot be used. Needs no privilege for processes of the same user.</summary>
/// <remarks>
/// <para>
/// It sees what the eBPF recorder sees, at the cost of strace: a call takes 10 to 50 µs more, so that time-outs may change what the workload does. Other
/// differences: a program that uses ptrace itself (a debugger, strace) is refused it; a signal that is ignored interrupts epoll_wait and its like; a process that
/// somebody else puts into the container is not seen. Processes that are followed die with this one; those that are attached to go on, and one that waits in a call may
/// see it end with EINTR once at the beginning and at the end, as epoll_wait(2) does at any stop.
/// </para>
/// <para>Needs Linux 5.6 or newer. Members may be called by any thread, one at a time.</para>
/// </remarks>
public sealed class PtraceRecorder : ILateRecorder
{
    readonly CallTable _table;
    readonly Tracer _tracer;

    PtraceRecorder(RecorderLimits limits, bool usesFilter)
    {
        _table = new CallTable(limits, usesFilter);
        _tracer = new Tracer(_table, usesFilter);
    }

    /// <summary>Starts the thread that traces; nothing is traced until something is followed.</summary>
    public static PtraceRecorder Open(RecorderLimits? limits = null) => new(limits ?? new RecorderLimits(), usesFilter: false);

    /// <summary>As <see cref="Open"/>, with a seccomp filter on the workload so that it stops only at calls whose arguments decide; the others are not recorded, and the reasons list them.</summary>
    /// <remarks>
    /// A program with a filter of its own stops at each call. Unless the workload has CAP_SYS_ADMIN it can gain no privileges by execve, and seccomp's strict mode is refused to it; where
    /// that is felt, a reason says so. The filter cannot be taken away: what still runs when this is disposed of is killed.
    /// </remarks>
    public static PtraceRecorder OpenWithFilter(RecorderLimits? limits = null) => new(limits ?? new RecorderLimits(), usesFilter: true);

    /// <inheritdoc/>
    public void Follow(int initPid) => _tracer.Follow(initPid);

    /// <inheritdoc/>
    public bool TakesStacks => false;

    /// <inheritdoc/>
    public void Attach(Running.RunningProcesses processes) => _tracer.Attach(processes);

    /// <inheritdoc/>
    public void SetPhase(Phase phase)
    {
        if (phase == Phase.Init) throw new ArgumentOutOfRangeException(nameof(phase), "nothing is counted in phase init");
        _table.Phase = phase;
    }

    /// <inheritdoc/>
    public RecordedCalls Read() => _table.Read();

    /// <inheritdoc/>
    public void Dispose() => _tracer.Stop();
}
