namespace SyscallProbe.Matrix;

/// <summary>What gVisor's table says of a syscall at a release.</summary>
/// <param name="Errno">What the call returns: of <c>Error</c> its own, of <c>CapGate</c> EPERM (without the capability), of <c>Undefined</c> ENOSYS; else null.</param>
/// <param name="Capability">With <c>CapGate</c>, the capability with which the call gives ENOSYS, as the kernel spells it; else null.</param>
/// <param name="Event">Whether gVisor logs the call as unimplemented.</param>
public sealed record LevelEntry(SupportLevel Level, Errno? Errno, string? Capability, bool Event);
