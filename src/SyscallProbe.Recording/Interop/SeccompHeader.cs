using System.Runtime.CompilerServices;

namespace SyscallProbe.Recording.Interop;

/// <summary>Constants of <c>include/uapi/linux/seccomp.h</c> (v6.18), under the names they have there.</summary>
static class SeccompHeader
{
    public const int SECCOMP_MODE_FILTER = 2;
    public const int SECCOMP_SET_MODE_FILTER = 1;
    public const uint SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;

    public const uint SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
    public const uint SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
    public const uint SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
}

/// <summary><c>struct seccomp_data</c>: what a filter sees of a call.</summary>
struct SeccompData
{
    public int nr;
    public uint arch;
    public ulong instruction_pointer;
    public SeccompArguments args;
}

/// <summary>The six registers of <see cref="SeccompData"/>, as they were at entry.</summary>
[InlineArray(6)]
struct SeccompArguments
{
    ulong _first;
}

/// <summary><c>struct seccomp_notif</c>.</summary>
struct SeccompNotification
{
    public ulong id;
    public uint pid;
    public uint flags;
    public SeccompData data;
}

/// <summary><c>struct seccomp_notif_resp</c>.</summary>
struct SeccompResponse
{
    public ulong id;
    public long val;
    public int error;
    public uint flags;
}
