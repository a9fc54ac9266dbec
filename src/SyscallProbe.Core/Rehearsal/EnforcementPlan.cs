using System.Collections.Immutable;
using SyscallProbe.Rules;

namespace SyscallProbe.Rehearsal;

/// <summary>A key argument that must have a value, as traces have it: after the argument's mask.</summary>
public readonly record struct ArgumentMatch(KeyArgument Key, ulong Value);

/// <summary>Calls that get an answer of ours instead of the kernel's.</summary>
/// <param name="Arguments">All must hold; empty for every call of the number.</param>
/// <param name="Fd">The kinds of file that the call must be on; <see cref="FdKind.Unknown"/> for any.</param>
/// <param name="Path">As traces have it, process ids as <c>[pid]</c>; null for any.</param>
/// <param name="Errno">What the call fails with; null for 0, success without anything done.</param>
public sealed record EnforcedCall(Abi Abi, Nr Nr, ImmutableArray<ArgumentMatch> Arguments, FdKind Fd, string? Path, Errno? Errno)
{
    /// <summary>Whether registers alone do not tell these calls from others: a path, a file or a structure has to be looked at.</summary>
    public bool NeedsLook => Path is not null || Fd != FdKind.Unknown || Arguments.Any(argument => !argument.Key.IsInRegister);

    /// <summary>Whether they are operations of a ring, which nobody but the kernel sees.</summary>
    internal bool IsOperation => Arguments.Any(argument => argument.Key.Form == KeyForm.Operation);

    /// <summary>Equal for calls that are told apart by the same things and get the same answer.</summary>
    internal string Identity =>
        $"{(int)Abi} {Nr} {string.Join(',', Arguments.Select(argument => $"{argument.Key.Name}={argument.Value}"))} {(int)Fd} {Path} {Errno?.Value ?? 0}";
}

/// <summary>What a container is made to feel of a target: handed to recording, which knows nothing of targets.</summary>
/// <param name="DroppedCapabilities">Taken out of the container's sets, bit N is capability N.</param>
public sealed record EnforcementPlan(ImmutableArray<EnforcedCall> Calls, ulong DroppedCapabilities);
