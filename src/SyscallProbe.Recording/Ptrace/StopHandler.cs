using System.Globalization;
using System.Text;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;
using static SyscallProbe.Recording.Interop.PtraceHeader;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Knows every thread that is traced, and what each of its stops means. Of one thread.</summary>
/// <param name="usesFilter">Whether a filter says at which calls a process stops: those that it does not name are none of ours, also where they are seen.</param>
sealed unsafe class StopHandler(CallCounter counter, bool usesFilter)
{
    // include/uapi/linux/sched.h (v6.18).
    const ulong CLONE_SIGHAND = 0x800, CLONE_THREAD = 0x10000, CLONE_CLEAR_SIGHAND = 0x100000000;

    const int SyscallStop = 0x80;

    static readonly CallRegisters s_registers = CallRegisters.Of(Kernel.HostAbi);

    readonly Dictionary<int, Tracee> _tracees = [];
    readonly Dictionary<int, int> _strangers = []; // stops of threads whose making has not been told yet
    bool _isDetaching;

    public bool HasTracees => _tracees.Count + _strangers.Count > 0;

    public bool IsTraced(int tid) => _tracees.ContainsKey(tid);

    public void Add(Tracee tracee) => _tracees[tracee.Tid] = tracee;

    /// <summary>The process of that number; null when none of its threads is traced.</summary>
    public TracedProcess? ProcessOf(int pid) => _tracees.Values.FirstOrDefault(tracee => tracee.Process.Pid == pid)?.Process;

    public List<int> ThreadsOf(TracedProcess process) => [.. _tracees.Values.Where(tracee => tracee.Process == process).Select(tracee => tracee.Tid)];

    /// <summary>Nothing is traced any more: somebody else has waited for the last ones.</summary>
    public void Forget()
    {
        foreach (var tracee in _tracees.Values) counter.Ended(tracee, 0, null);
        _tracees.Clear();
        _strangers.Clear();
    }

    /// <summary>From now on each stop is the last. What has a filter of ours is killed: without a tracer the kernel would answer ENOSYS to the calls that it stops at.</summary>
    public void BeginToDetach()
    {
        _isDetaching = true;
        foreach (var process in _tracees.Values.Select(tracee => tracee.Process).Where(process => process.Filter != FilterState.None).Distinct().ToList()) LibC.kill(process.Pid, LibC.SIGKILL);
        foreach (var tid in _tracees.Keys) PtraceCall.Interrupt(tid);
        foreach (var (tid, _) in _strangers) PtraceCall.Detach(tid, 0);
        _strangers.Clear();
    }

    /// <summary>Deals with what wait4(2) has told of a thread.</summary>
    public void Handle(int tid, int status)
    {
        var isStop = (status & 0xff) == 0x7f;
        if (!_tracees.TryGetValue(tid, out var tracee) && !(isStop && IsExecOfOther(tid, status, out tracee)))
        {
            if (!isStop) _strangers.Remove(tid);
            else if (_isDetaching) PtraceCall.Detach(tid, 0);
            else _strangers[tid] = status;
            return;
        }
        if (!isStop)
        {
            // It was killed while it stopped at its end.
            ChildProcess.NoteReaped(tid, status);
            Remove(tracee, status & 0x7f, null);
            return;
        }
        int signal = status >> 8 & 0xff, happened = status >> 16;
        switch (happened)
        {
            case PTRACE_EVENT_FORK or PTRACE_EVENT_VFORK or PTRACE_EVENT_CLONE:
                if (PtraceCall.EventMessage(tid, out var child)) Made(tracee, (int)child);
                signal = 0;
                break;
            case PTRACE_EVENT_EXEC:
                Executed(tracee, tid);
                signal = 0;
                break;
            case PTRACE_EVENT_SECCOMP:
                AtCall(tracee);
                signal = 0;
                break;
            case PTRACE_EVENT_EXIT:
                Ends(tracee);
                return;
            case PTRACE_EVENT_STOP when signal != LibC.SIGTRAP && !_isDetaching:
                PtraceCall.Listen(tid);
                return;
            case 0 when signal == (LibC.SIGTRAP | SyscallStop):
                AtCall(tracee);
                signal = 0;
                break;
            case 0:
                counter.Delivering(tracee, signal);
                break;
            default:
                Restore(tracee);
                if (tracee.IsFresh) counter.Found(tracee);
                tracee.IsFresh = false;
                signal = 0;
                break;
        }
        if (_isDetaching && PtraceCall.Detach(tid, signal)) _tracees.Remove(tid);
        else PtraceCall.Resume(tid, tracee.StopsAtNextCall, signal);
    }

    void AtCall(Tracee tracee)
    {
        var info = stackalloc byte[sizeof(PtraceSyscallInfo)];
        if (!tracee.Process.IsWatched || !PtraceCall.SyscallInfo(tracee.Tid, info)) return;
        var general = (PtraceSyscallInfo*)info;
        // Where it stops at each call, its entry has been seen when the filter has its turn. Both are told in the same form.
        if (general->op == PTRACE_SYSCALL_INFO_ENTRY || (general->op == PTRACE_SYSCALL_INFO_SECCOMP && tracee.Call is null))
        {
            Entered(tracee, CallEntry.Of(general->arch, *(PtraceSyscallEntry*)info));
        }
        else if (general->op == PTRACE_SYSCALL_INFO_EXIT && tracee.Replaced is not null)
        {
            FilterInstaller.Returned(tracee, ((PtraceSyscallExit*)info)->rval);
        }
        else if (general->op == PTRACE_SYSCALL_INFO_EXIT)
        {
            var call = tracee.Call;
            tracee.Call = null;
            tracee.Exec = null;
            Restore(tracee);
            if (call is { } known && !tracee.SkipsReturn) counter.Returned(tracee, known, ((PtraceSyscallExit*)info)->rval);
            tracee.SkipsReturn = false;
        }
    }

    void Entered(Tracee tracee, in CallEntry call)
    {
        tracee.SkipsReturn = false;
        if (usesFilter && !IsWatched(tracee, call)) return;
        tracee.Call = call;
        tracee.Untraced = UntracedClone.Of(tracee.Tid, call, out var isLeft);
        if (isLeft) counter.LeftUntraced();
        tracee.Exec = call.Name switch { "execve" => ExecOf(tracee, call, 0), "execveat" => ExecOf(tracee, call, 1), _ => null };
    }

    // False also where another call is made in its place first.
    bool IsWatched(Tracee tracee, in CallEntry call)
    {
        var process = tracee.Process;
        if (process.Filter is FilterState.Wanted or FilterState.NeedsNoNewPrivileges)
        {
            if (call.Abi == Kernel.HostAbi && FilterInstaller.Replace(tracee)) return false;
            process.Filter = FilterState.None;
        }
        if (!WatchedCalls.Contains(call.Abi, call.Nr))
        {
            tracee.Call = null;
            counter.Passed(tracee);
            return false;
        }
        // It goes on with a call that is not recorded either.
        if (call.Name == "restart_syscall" && tracee.Pending is null) return false;
        if (process.Filter == FilterState.Installed && CallCounter.SetsFilter(call))
        {
            // Its other threads may have that filter too, as soon as the call is made.
            process.Filter = FilterState.Overlaid;
            foreach (var tid in ThreadsOf(process).Where(tid => tid != tracee.Tid)) PtraceCall.Interrupt(tid);
        }
        return true;
    }

    static ExecArguments ExecOf(Tracee tracee, in CallEntry call, int path) =>
        new(ProcessMemory.ReadPath(tracee.Tid, call[path]), ProcessMemory.CountPointers(tracee.Tid, call[path + 1], call.WordBytes));

    // A thread or process has been made, which stops before its first instruction; it may have done so already.
    void Made(Tracee parent, int tid)
    {
        var flags = FlagsOf(parent);
        // Of a call that had begun before the parent was traced the flags are not known.
        var isThread = parent.Call is null ? ProcessStatus.GroupOf(tid)?.Pid == parent.Process.Pid : (flags & CLONE_THREAD) != 0;
        var process = isThread ? parent.Process : parent.Process.Fork(tid);
        if (!isThread && (flags & CLONE_SIGHAND) == 0) process.Actions = (flags & CLONE_CLEAR_SIGHAND) != 0 ? new SignalActions() : process.Actions.Copy();
        Add(new Tracee(tid, process) { Untraced = parent.Untraced });
        if (_strangers.Remove(tid, out var status)) Handle(tid, status);
    }

    static void Restore(Tracee tracee)
    {
        tracee.Untraced?.Restore(tracee.Tid);
        tracee.Untraced = null;
    }

    static ulong FlagsOf(Tracee parent) => parent.Call is not { } call ? 0 : call.Name switch
    {
        "clone" => call.Arg0,
        "clone3" => ProcessMemory.ReadNumber(parent.Tid, call.Arg0, sizeof(ulong)) ?? 0,
        _ => 0,
    };

    // An execve of a thread makes it the leader, which may have ended before.
    bool IsExecOfOther(int tid, int status, out Tracee tracee)
    {
        tracee = null!;
        return status >> 16 == PTRACE_EVENT_EXEC && PtraceCall.EventMessage(tid, out var former) && _tracees.TryGetValue((int)former, out tracee!);
    }

    void Executed(Tracee tracee, int tid)
    {
        if (PtraceCall.EventMessage(tid, out var former) && (int)former != tid && _tracees.Remove((int)former, out var thread))
        {
            // All others have ended.
            if (tracee != thread) counter.Ended(tracee, LibC.SIGKILL, null);
            tracee = thread;
            tracee.Tid = tid;
            Add(tracee);
        }
        if (tracee.Process.IsWatched)
        {
            var process = tracee.Process;
            // Ours is none of its own, and it loses none that it had.
            if (process.Filter == FilterState.None)
            {
                process.HasFilter = ProcessStatus.HasSeccompFilter(tracee.Tid);
                if (usesFilter && !process.HasFilter) process.Filter = FilterState.Wanted;
            }
            var program = NewProgram.Of(tracee.Tid, tracee.Exec);
            counter.Executed(tracee, tracee.Call, tracee.Exec is { } exec ? exec.Path : program.Path, program.Name);
        }
        tracee.SkipsReturn = true;
        tracee.Exec = null;
    }

    // What is left of its end is between it and whoever waits for it: a tracer in the same process would take the status away from them.
    void Ends(Tracee tracee)
    {
        var signal = PtraceCall.EventMessage(tracee.Tid, out var status) ? (int)status & 0x7f : 0;
        counter.Ended(tracee, signal, ResultOf(tracee.Tid));
        if (PtraceCall.Detach(tracee.Tid, 0)) Remove(tracee, signal, null);
    }

    // Of a program of another ABI, which has fewer registers, it is not known.
    static long? ResultOf(int tid) => PtraceCall.Registers(tid) is { } registers && registers.Length > s_registers.InstructionPointer ? (long)registers[s_registers.Result] : null;

    void Remove(Tracee tracee, int signal, long? result)
    {
        counter.Ended(tracee, signal, result);
        _tracees.Remove(tracee.Tid);
        // Killed before it could tell what it had made.
        foreach (var (tid, status) in _strangers.ToList())
        {
            if (ProcessStatus.GroupOf(tid) is not { } group) continue;
            var isThread = group.Pid == tracee.Process.Pid;
            if (!isThread && group.ParentPid != tracee.Process.Pid && ProcessOf(group.ParentPid) is not null) continue;
            Add(new Tracee(tid, isThread ? tracee.Process : tracee.Process.Fork(group.Pid)));
            _strangers.Remove(tid);
            Handle(tid, status);
        }
    }
}
