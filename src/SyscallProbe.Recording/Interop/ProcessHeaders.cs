using System.Runtime.InteropServices;

namespace SyscallProbe.Recording.Interop;

// Constants that Tmds.LibC lacks, under the names of their headers; the interop proof of the tests compares them with the installed ones.

/// <summary>Constants of <c>spawn.h</c> (glibc 2.36, musl 1.2).</summary>
static class SpawnHeader
{
    public const int POSIX_SPAWN_SETPGROUP = 0x02;
    public const int POSIX_SPAWN_SETSIGDEF = 0x04;
    public const int POSIX_SPAWN_SETSIGMASK = 0x08;

    /// <summary>Since glibc 2.26 and musl 1.1.17, with _GNU_SOURCE.</summary>
    public const int POSIX_SPAWN_SETSID = 0x80;
}

/// <summary>Constants of <c>sys/wait.h</c>; the kernel's are in include/uapi/linux/wait.h and asm-generic/siginfo.h (v6.18).</summary>
static class WaitHeader
{
    public const int P_PID = 1;
    public const int WEXITED = 4;

    /// <summary>An exit status; every other code is an end by a signal.</summary>
    public const int CLD_EXITED = 1;
}

/// <summary>Constants of <c>include/uapi/linux/fcntl.h</c> (v6.18), for flock(2).</summary>
static class FcntlHeader
{
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
    public const int LOCK_UN = 8;
}

/// <summary>Constants of <c>include/uapi/linux/prctl.h</c> (v6.18).</summary>
static class PrctlHeader
{
    public const int PR_SET_SECCOMP = 22;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const int PR_SET_NO_NEW_PRIVS = 38;
}

/// <summary>Constants of <c>include/uapi/linux/openat2.h</c> (v6.18).</summary>
static class Openat2Header
{
    public const ulong RESOLVE_IN_ROOT = 0x10;
}

/// <summary><c>siginfo_t</c> as waitid(2) fills it in. Tmds.LibC 0.5.0 has si_errno and si_code in each other's place.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
struct ChildSignalInfo
{
    [FieldOffset(0)]
    public int si_signo;

    [FieldOffset(8)]
    public int si_code;

    [FieldOffset(24)]
    public int si_status;
}

/// <summary><c>struct open_how</c>, the argument of openat2(2).</summary>
struct OpenHow
{
    public ulong flags;
    public ulong mode;
    public ulong resolve;
}

/// <summary>Constants of <c>sys/statvfs.h</c> (glibc 2.36).</summary>
static class StatvfsHeader
{
    public const int ST_NOSUID = 2;
}

/// <summary><c>struct statvfs</c> of <c>sys/statvfs.h</c> (glibc 2.36, 64 bit).</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
struct FileSystemStatus
{
    [FieldOffset(72)]
    public ulong f_flag;
}
