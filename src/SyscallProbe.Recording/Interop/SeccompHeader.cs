using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SyscallProbe.Recording.Interop;

/// <summary>Constants of <c>include/uapi/linux/seccomp.h</c> (v6.18), under the names they have there.</summary>
static class SeccompHeader
{
    public const int SECCOMP_MODE_STRICT = 1;
    public const int SECCOMP_MODE_FILTER = 2;
    public const int SECCOMP_SET_MODE_STRICT = 0;
    public const int SECCOMP_SET_MODE_FILTER = 1;
    public const uint SECCOMP_RET_TRACE = 0x7ff00000;
    public const uint SECCOMP_RET_ALLOW = 0x7fff0000;
    public const uint SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;

    public const uint SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
    public const uint SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
    public const uint SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
}

/// <summary><c>struct sock_filter</c> of <c>include/uapi/linux/filter.h</c> (v6.18): an instruction of classic BPF, of which a filter is made.</summary>
/// <param name="jt">Instructions to leave out where a jump's condition holds.</param>
/// <param name="jf">Where it does not.</param>
[StructLayout(LayoutKind.Sequential)]
struct SockFilter(int code, byte jt, byte jf, uint k)
{
    public ushort code = (ushort)code;
    public byte jt = jt;
    public byte jf = jf;
    public uint k = k;
}

/// <summary><c>struct sock_fprog</c> of <c>include/uapi/linux/filter.h</c> (v6.18), as a 64-bit process has it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
struct SockProgram
{
    [FieldOffset(0)]
    public ushort len;

    [FieldOffset(8)]
    public ulong filter;
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
