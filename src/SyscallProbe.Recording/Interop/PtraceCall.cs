using System.Globalization;
using System.Runtime.InteropServices;
using SyscallProbe.Recording.Ptrace;
using Tmds.Linux;
using static SyscallProbe.Recording.Interop.PtraceHeader;

namespace SyscallProbe.Recording.Interop;

/// <summary>ptrace(2) and what a tracer needs besides. False means that the tracee has gone, as a SIGKILL may come at any time.</summary>
static unsafe partial class PtraceCall
{
    /// <summary>Begins to trace a thread, without stopping it.</summary>
    /// <exception cref="FailureException">It has gone, may not be traced, or is traced by another process.</exception>
    public static void Seize(int tid, int options)
    {
        if (Ptrace(PTRACE_SEIZE, tid, 0, options) != 0) throw Failed("PTRACE_SEIZE", tid);
    }

    /// <summary>As <see cref="Seize"/>, of a thread that may well have gone.</summary>
    /// <returns>0, or the errno.</returns>
    public static int TrySeize(int tid, int options) => Ptrace(PTRACE_SEIZE, tid, 0, options) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>What errno says of a thread that could not be seized.</summary>
    public static string SeizeRefusal(int tid, int errno) => new KernelCallException("ptrace PTRACE_SEIZE", tid.ToString(CultureInfo.InvariantCulture), errno).Message;

    /// <summary>The call that a stopped thread is about to come back from, and its result, which may be one that no program sees (ERESTARTSYS).</summary>
    /// <returns>False outside of any call, for another ABI than the machine's own, and on arm64, where a signal's stop comes after the registers have been put back.</returns>
    public static bool CallInProgress(int tid, out CallEntry call, out long result)
    {
        (call, result) = (default, 0);
        var layout = CallRegisters.Of(Kernel.HostAbi);
        if (layout.KernelNumber is not { } number || Registers(tid) is not { } values || values.Length <= layout.StackPointer) return false;
        // The number is -1 outside of calls: arch/x86/entry/entry_64.S (v6.18).
        if ((long)values[number] < 0 || (layout.LongMode is var (at, segment) && values[at] != segment)) return false;
        call = CallEntry.OfNative((int)values[number], [.. layout.Arguments.Select(register => values[register])]);
        result = (long)values[layout.Result];
        return true;
    }

    /// <summary>Makes a thread stop, wherever it is.</summary>
    public static bool Interrupt(int tid) => Ptrace(PTRACE_INTERRUPT, tid, 0, 0) == 0;

    /// <summary>Lets a stopped thread go on; 0 for no signal.</summary>
    public static bool Resume(int tid, bool toNextCall, int signal) => Ptrace(toNextCall ? PTRACE_SYSCALL : PTRACE_CONT, tid, 0, signal) == 0;

    /// <summary>Leaves a thread stopped that job control has stopped, until it is continued.</summary>
    public static bool Listen(int tid) => Ptrace(PTRACE_LISTEN, tid, 0, 0) == 0;

    /// <summary>Lets a stopped thread go its way, traced no more.</summary>
    public static bool Detach(int tid, int signal) => Ptrace(PTRACE_DETACH, tid, 0, signal) == 0;

    /// <summary>The number that an event brings: a new thread's id, an exit code, a former thread id.</summary>
    public static bool EventMessage(int tid, out ulong message)
    {
        fixed (ulong* to = &message) return Ptrace(PTRACE_GETEVENTMSG, tid, 0, (nint)to) == 0;
    }

    /// <summary>What call a stopped thread is in; the buffer is of the size of <see cref="PtraceSyscallInfo"/>.</summary>
    public static bool SyscallInfo(int tid, byte* info) => Ptrace(PTRACE_GET_SYSCALL_INFO, tid, (nuint)sizeof(PtraceSyscallInfo), (nint)info) > 0;

    /// <summary>The general registers of a stopped thread of this machine's own ABI, see <see cref="CallRegisters"/>; null when it has gone.</summary>
    public static ulong[]? Registers(int tid)
    {
        var values = new ulong[CallRegisters.MostWords];
        fixed (ulong* start = values)
        {
            var place = new iovec { iov_base = start, iov_len = (uint)values.Length * sizeof(ulong) };
            return Ptrace(PTRACE_GETREGSET, tid, ElfHeader.NT_PRSTATUS, (nint)(&place)) == 0 ? values[..(int)((ulong)place.iov_len / sizeof(ulong))] : null;
        }
    }

    /// <summary>Sets all registers that <see cref="Registers"/> gives.</summary>
    public static bool SetRegisters(int tid, ulong[] values)
    {
        fixed (ulong* start = values)
        {
            var place = new iovec { iov_base = start, iov_len = (uint)values.Length * sizeof(ulong) };
            return Ptrace(PTRACE_SETREGSET, tid, ElfHeader.NT_PRSTATUS, (nint)(&place)) == 0;
        }
    }

    /// <summary>Sets the number of the call that a thread is at the entry of, on arm64, where no general register has it.</summary>
    public static bool SetArmNumber(int tid, int number)
    {
        var place = new iovec { iov_base = &number, iov_len = sizeof(int) };
        return Ptrace(PTRACE_SETREGSET, tid, ElfHeader.NT_ARM_SYSTEM_CALL, (nint)(&place)) == 0;
    }

    /// <summary>Waits for a stop or end of a thread that this thread traces. Returns its id, 0 when a signal came, -1 when nothing is traced.</summary>
    public static int Wait(out int status)
    {
        int found;
        var tid = Wait4(-1, &found, Wait4Header.__WALL | Wait4Header.__WNOTHREAD, null);
        status = found;
        return tid >= 0 ? tid : Marshal.GetLastPInvokeError() == LibC.EINTR ? 0 : -1;
    }

    /// <summary>Reads another process's memory up to the first page that is not there. Returns how many bytes were read, 0 for none.</summary>
    public static int ReadMemory(int tid, ulong address, Span<byte> to)
    {
        fixed (byte* start = to)
        {
            var here = new iovec { iov_base = start, iov_len = (uint)to.Length };
            var there = new iovec { iov_base = (void*)address, iov_len = (uint)to.Length };
            return (int)Math.Max(0, ProcessVmReadv(tid, &here, 1, &there, 1, 0));
        }
    }

    /// <summary>Writes another process's memory; false when not all of it could be written.</summary>
    public static bool WriteMemory(int tid, ulong address, ReadOnlySpan<byte> from)
    {
        fixed (byte* start = from)
        {
            var here = new iovec { iov_base = start, iov_len = (uint)from.Length };
            var there = new iovec { iov_base = (void*)address, iov_len = (uint)from.Length };
            return ProcessVmWritev(tid, &here, 1, &there, 1, 0) == from.Length;
        }
    }

    /// <summary>Keeps the kernel from sending SIGCHLD for stops: it would run the runtime's handler for each, a third of the time that a stop takes.</summary>
    public static void SilenceStops()
    {
        SignalAction action;
        if (SigAction(LibC.SIGCHLD, null, &action) != 0) return;
        action.sa_flags |= LibC.SA_NOCLDSTOP;
        _ = SigAction(LibC.SIGCHLD, &action, null);
    }

    /// <summary>Gives a signal a handler that does nothing, so that it ends a thread's wait and no more.</summary>
    public static void UseAsBell(int signal)
    {
        // getpid is safe in a handler, and takes no notice of the argument.
        var action = new SignalAction { sa_handler = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "getpid") };
        if (SigAction(signal, &action, null) != 0) throw new KernelCallException("sigaction", $"{signal}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Sends a signal to one thread of this process.</summary>
    public static void SignalThread(int tid, int signal) => _ = LibC.syscall(Kernel.NumberOf("tgkill"), Environment.ProcessId, tid, signal);

    /// <summary>The id of the calling thread.</summary>
    public static int ThreadId() => (int)LibC.syscall(Kernel.NumberOf("gettid"));

    static FailureException Failed(string request, int tid)
    {
        var errno = Marshal.GetLastPInvokeError();
        var message = new KernelCallException($"ptrace {request}", tid.ToString(CultureInfo.InvariantCulture), errno).Message;
        return new FailureException(errno == LibC.EPERM
            ? new Failure(FailureCode.NoPermission, message, $"/proc/{tid}", "run as the user whose process it is, or as root; a process that another tracer has cannot be traced")
            : new Failure(FailureCode.RecordingFailed, message));
    }

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial nint Ptrace(nint request, int tid, nuint address, nint data);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static partial int Wait4(int tid, int* status, int options, void* usage);

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint ProcessVmReadv(int tid, iovec* here, nuint hereCount, iovec* there, nuint thereCount, nuint flags);

    [LibraryImport("libc", EntryPoint = "process_vm_writev", SetLastError = true)]
    private static partial nint ProcessVmWritev(int tid, iovec* here, nuint hereCount, iovec* there, nuint thereCount, nuint flags);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int SigAction(int signal, SignalAction* action, SignalAction* old);
}
