namespace SyscallProbe.Recording.Interop;

/// <summary>Constants of <c>include/uapi/linux/kvm.h</c> (v6.18), under the names they have there.</summary>
static class KvmHeader
{
    public const uint KVM_GET_API_VERSION = 0xae00;
    public const uint KVM_CREATE_VM = 0xae01;
}
