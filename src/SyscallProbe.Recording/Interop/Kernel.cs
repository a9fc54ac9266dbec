using System.Runtime.InteropServices;
using Tmds.Linux;

namespace SyscallProbe.Recording.Interop;

/// <summary>System calls that neither .NET nor Tmds.LibC offers by name, and the failures that they give.</summary>
static unsafe class Kernel
{
    /// <summary>Flag of pidfd_open: the fd stands for one thread; from Linux 6.9 on. <c>PIDFD_THREAD</c>, include/uapi/linux/pidfd.h.</summary>
    public static uint PIDFD_THREAD => (uint)LibC.O_EXCL;

    /// <summary>The ABI that this process itself uses.</summary>
    /// <exception cref="FailureException">The processor is neither x86-64 nor arm64 (<see cref="FailureCode.NoPermission"/>).</exception>
    public static Abi HostAbi => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => Abi.Amd64,
        Architecture.Arm64 => Abi.Arm64,
        var other => throw new FailureException(new Failure(
            FailureCode.NoPermission, $"cannot record on the architecture {other}: X64 or Arm64 is needed", null, "record on an x86-64 or arm64 host")),
    };

    static readonly int s_bpf = NumberOf("bpf");
    static readonly int s_pidfdOpen = NumberOf("pidfd_open");

    /// <summary>Calls bpf(2).</summary>
    /// <param name="attribute">Must stay in place for the call: a local or a pinned struct.</param>
    /// <returns>What the kernel returned, -1 on failure: then <see cref="LibC.errno"/> says why.</returns>
    public static int Bpf<T>(int command, ref T attribute) where T : unmanaged
    {
        fixed (T* pointer = &attribute) return (int)LibC.syscall(s_bpf, command, pointer, sizeof(T));
    }

    /// <summary>Opens a file descriptor for a process or, with <see cref="PIDFD_THREAD"/>, a thread; -1 on failure.</summary>
    public static int PidfdOpen(int pid, uint flags) => (int)LibC.syscall(s_pidfdOpen, pid, flags);

    /// <summary>Whether threads that lead no process can be addressed: Linux 6.9.</summary>
    public static bool AddressesThreads()
    {
        var own = PidfdOpen(Environment.ProcessId, PIDFD_THREAD);
        if (own >= 0) LibC.close(own);
        return own >= 0;
    }

    /// <summary>Says which call failed on what, with the errno of the last call.</summary>
    public static FailureException Failed(string call, string subject)
    {
        var errno = LibC.errno;
        var text = $"{call} {subject}: {new Errno(errno).Name} ({errno}, {Marshal.GetPInvokeErrorMessage(errno).ToLowerInvariant()})";
        return new FailureException(errno == LibC.EPERM || errno == LibC.EACCES
            ? new Failure(FailureCode.NoPermission, text, null, "run as root, or with the capabilities CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE")
            : new Failure(FailureCode.RecordingFailed, text));
    }

    /// <summary>The number of a system call on this machine, for <see cref="LibC.syscall(syscall_arg)"/>.</summary>
    public static int NumberOf(string syscall) => Syscalls.NrOf(HostAbi, syscall)!.Value.Value;
}
