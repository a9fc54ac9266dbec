namespace SyscallProbe.Recording.Interop;

/// <summary>Constants of <c>include/uapi/linux/seccomp.h</c> (v6.18), under the names they have there.</summary>
static class SeccompHeader
{
    public const int SECCOMP_MODE_FILTER = 2;
    public const int SECCOMP_SET_MODE_FILTER = 1;
}
