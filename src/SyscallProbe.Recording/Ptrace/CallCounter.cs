using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Traces;
using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RestartCodes;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Decides what each call gave, as its program saw it, and counts it: the same rules as those of the eBPF programs.</summary>
/// <remarks>
/// A call that the kernel restarts is one call; one that a handler interrupts for good gave EINTR; one whose thread is killed before it is decided never
/// returned. The rules are told in <see cref="Bpf.Programs.SyscallExitWriter"/>, <see cref="Bpf.Programs.SignalWriter"/> and <see cref="Bpf.Programs.ProcessExitWriter"/>.
/// </remarks>
sealed class CallCounter(CallTable table)
{
    // MAX_ERRNO, include/linux/err.h (v6.18).
    const int LastErrno = 4095;

    // A result that equals the number, without the x32 bit, or the first argument, may be a refusal by a filter.
    const long NumberMask = 0x3fffffff;

    static readonly bool s_resultTakesArgument = CallRegisters.Of(Kernel.HostAbi).ResultTakesArgument;

    readonly CallReader _reader = new(table);

    /// <summary>A call has come back.</summary>
    public void Returned(Tracee tracee, in CallEntry call, long result)
    {
        if (!tracee.Process.IsArmed) return;
        if (tracee.Pending is { } pending)
        {
            tracee.Pending = null;
            var isSettled = pending.Code == LibC.EINTR || pending.Code == RolledBack;
            // No handler ran, so the kernel has made the call again, and this is its end. Under restart_syscall the first row says what it was.
            if (!isSettled && call.Name == "restart_syscall" && call.Abi == Kernel.HostAbi)
            {
                if (Decide(tracee, call, pending.Row, result) is { } row) table.Count(row);
                return;
            }
            if (isSettled || call.Nr != pending.Row.Nr) table.Count(pending.Row);
        }
        if (call.Name is "rt_sigreturn" or "sigreturn")
        {
            // Its result is whatever the interrupted code had in the register: EINTR, or the number of the call that is made again.
            if (tracee.Undecided is { } row && result == -LibC.EINTR) table.Count(row);
            tracee.Undecided = null;
            result = 0;
        }
        // A thread has one tracer, and that is this one.
        if (call.Name == "ptrace" && result == -LibC.EPERM) table.NoteRefusedPtrace();
        // The kernel's strict mode cannot follow a filter.
        if (result == -LibC.EINVAL && tracee.Process.Filter != FilterState.None && SetsStrictMode(call)) table.NoteRefusedStrictMode();
        if (Decide(tracee, call, _reader.Read(tracee, call, result), result) is not { } decided) return;
        table.Count(_reader.WithPath(tracee, call, decided));
        if (decided.Result.IsSuccess) TakeOver(tracee, call);
    }

    /// <summary>A thread that ran before it was traced has stopped for the first time: a call that it is in comes back.</summary>
    public void Found(Tracee tracee)
    {
        if (PtraceCall.CallInProgress(tracee.Tid, out var call, out var result)) Returned(tracee, call, result);
    }

    /// <summary>A thread makes a call that is not recorded: the one before is decided.</summary>
    public void Passed(Tracee tracee)
    {
        if (tracee.Pending is { } pending) table.Count(pending.Row);
        tracee.Pending = null;
    }

    /// <summary>Whether a call puts a seccomp filter on its process.</summary>
    public static bool SetsFilter(in CallEntry call) =>
        call.Name switch { "seccomp" => call.Arg0 == SeccompHeader.SECCOMP_SET_MODE_FILTER, "prctl" => call.Arg0 == PrctlHeader.PR_SET_SECCOMP, _ => false };

    /// <summary>A thread runs another program. The execve is the old program's call, but the first one that of the new, as before it was the runtime.</summary>
    /// <param name="call">Null where its entry was not seen.</param>
    public void Executed(Tracee tracee, CallEntry? call, string? path, string? program)
    {
        var process = tracee.Process;
        if (tracee.Pending is { } pending) table.Count(pending.Row);
        tracee.Pending = null;
        // "/proc/self/exe" is the program that runs already, whose name says more.
        var executable = program is null || (program == "/proc/self/exe" && process.Executable != 0) ? process.Executable : table.ExecutableOf(program);
        var row = _reader.Read(tracee, call ?? new CallEntry(Kernel.HostAbi, new Nr(Kernel.NumberOf("execve")), 0, 0, 0, 0, 0, 0), 0);
        if (!process.IsArmed || row.Executable == 0) row = row with { Executable = executable };
        table.Count(path is not null && PathText.IsDeciding(path) ? row with { Path = path } : row);
        process.Executable = executable;
        process.IsArmed = true;
        process.Actions = new SignalActions();
        if (process.HasFilter) table.NoteFilter();
        if (FilePrivileges.WereRefused(tracee.Tid, process.HasOurNoNewPrivileges)) table.NoteRefusedPrivileges(process.HasOurNoNewPrivileges);
    }

    /// <summary>A signal is about to be delivered: only the handler's flags say whether an interrupted call is made again.</summary>
    public void Delivering(Tracee tracee, int signal)
    {
        if (!tracee.Process.IsArmed) return;
        var (hasHandler, restarts) = tracee.Process.Actions.Deliver(signal);
        if (tracee.Pending is not { } pending || !hasHandler) return;
        if (pending.Code == RolledBack)
        {
            // Refused by a filter, and the handler makes up for it.
            if (signal != LibC.SIGSYS) return;
            table.Count(pending.Row with { Result = Result.Never });
        }
        else if (pending.Code == ERESTARTSYS && restarts is null)
        {
            tracee.Undecided = pending.Row;
        }
        else if (pending.Code != ERESTARTNOINTR && !(pending.Code == ERESTARTSYS && restarts == true))
        {
            table.Count(pending.Row);
        }
        tracee.Pending = null;
    }

    /// <summary>A thread or process is made that may not be traced.</summary>
    public void LeftUntraced() => table.NoteUntraced();

    /// <summary>A thread ends.</summary>
    /// <param name="signal">The signal that ends it; 0 for none.</param>
    /// <param name="result">The result register, where it could be read: of a call that was done, but whose return was not seen.</param>
    public void Ended(Tracee tracee, int signal, long? result)
    {
        if (!tracee.Process.IsArmed) return;
        if (tracee.Call is { } call && !tracee.SkipsReturn)
        {
            if (call.Name is "exit" or "exit_group")
            {
                // The last call before the exit was done.
                if (tracee.Pending is { } last) table.Count(last.Row);
                tracee.Pending = null;
                Never(_reader.Read(tracee, call, -LibC.ENOSYS));
            }
            else if (result is { } done && done != (s_resultTakesArgument ? (long)call.Arg0 : -LibC.ENOSYS))
            {
                Returned(tracee, call, done);
            }
            else
            {
                // It is what the entry put there: a filter ended the thread at once, or the call was not made any more.
                if (tracee.Pending is { } before && before.Row.Nr != call.Nr) table.Count(before.Row);
                tracee.Pending = null;
                Never(_reader.Read(tracee, call, -LibC.ENOSYS));
            }
        }
        if (tracee.Pending is { } open)
        {
            if (open.Code == RolledBack && signal != LibC.SIGSYS) table.Count(open.Row);
            else Never(open.Row);
        }
        tracee.Pending = null;
        tracee.Call = null;
    }

    static bool SetsStrictMode(in CallEntry call) => call.Name switch
    {
        "seccomp" => call.Arg0 == SeccompHeader.SECCOMP_SET_MODE_STRICT,
        "prctl" => call.Arg0 == PrctlHeader.PR_SET_SECCOMP && call.Arg1 == SeccompHeader.SECCOMP_MODE_STRICT,
        _ => false,
    };

    void Never(RecordedRow row) => table.Count(row with { Result = Result.Never });

    // The row with its result; null where that is not decided yet.
    RecordedRow? Decide(Tracee tracee, in CallEntry call, RecordedRow row, long result)
    {
        if (result is < 0 and >= -LastErrno)
        {
            var errno = (int)-result;
            if (tracee.Process.HasFilter) table.NoteFilter();
            if (errno != LibC.EINTR && errno is not (ERESTARTSYS or ERESTARTNOINTR or ERESTARTNOHAND or ERESTART_RESTARTBLOCK)) return row with { Result = Result.Failed(new Errno(errno)) };
            tracee.Pending = new PendingCall(row with { Result = Result.Failed(new Errno(LibC.EINTR)) }, errno);
            return null;
        }
        row = row with { Result = Result.Success };
        if (!tracee.Process.HasFilter || (s_resultTakesArgument ? result != (long)call.Arg0 : (result & NumberMask) != call.Nr.Value)) return row;
        tracee.Pending = new PendingCall(row, RolledBack);
        return null;
    }

    // What later calls are understood by.
    static void TakeOver(Tracee tracee, in CallEntry call)
    {
        if (call.Name == "rt_sigaction") tracee.Process.Actions.Set(tracee.Tid, call);
        else if (SetsFilter(call)) tracee.Process.HasFilter = true;
    }
}
