using System.Collections.Immutable;

namespace SyscallProbe;

/// <summary>What a key argument's value is.</summary>
public enum KeyForm
{
    /// <summary>One of a set of constants.</summary>
    Enum,

    /// <summary>Bits of a set of constants, some of which may be fields of several bits.</summary>
    Flags,

    /// <summary>A number without names.</summary>
    Number,

    /// <summary>A number of which it decides only whether it is 0: its value is 0 or 1.</summary>
    NonZero,

    /// <summary>
    /// One of a set of constants: an operation that the kernel carries out for an io_uring ring without a call. An observation with it is no call but operations
    /// submitted through the syscall's ring, and has no other argument; one without it is the call itself.
    /// </summary>
    Operation,

    /// <summary>Points to a path. Has no mask and is no part of <see cref="Traces.Observation.Arguments"/>.</summary>
    Path,

    /// <summary>Points to a NUL-terminated string that decides and is no path: a file system type, an xattr's name. Its value is the class in its <see cref="TextSet"/>.</summary>
    Text,

    /// <summary>A file descriptor whose kind of file decides; recorded as the pseudo-argument <c>fd</c>, never as its number.</summary>
    Fd,
}

/// <summary>What is asked of the socket behind a descriptor.</summary>
public enum SocketFact
{
    /// <summary>Its address family.</summary>
    Family,

    /// <summary>The protocol of a netlink socket; no other one has it.</summary>
    Netlink,
}

/// <summary>One argument that decides what a target does with a syscall: a row of <c>data/abi/key-arguments.csv</c>.</summary>
/// <param name="Name">As in the kernel's SYSCALL_DEFINE, or the member's name where <paramref name="Offset"/> is set.</param>
/// <param name="Alias">As in the manual page; empty when it is the same.</param>
/// <param name="Position">Index of the register argument, 0 to 5.</param>
/// <param name="Mask">The bits that are recorded; 0 for <see cref="KeyForm.Path"/> and <see cref="KeyForm.Fd"/>, all for <see cref="KeyForm.Text"/>.</param>
/// <param name="Constants">
/// Names of sets in <c>data/abi/constants.csv</c>, separated by a space, looked through in order; empty when its values have no names. Of a text the one set in <c>data/abi/texts.csv</c>.
/// </param>
/// <param name="Offset">
/// Null: the register itself. Else the register points to a struct, and the value is at this many bytes: 8 bytes where the mask needs more than 32 bits, else 4.
/// </param>
/// <param name="Depends">
/// The argument whose value chooses the set of names: the set is then <c>CONSTANTS.SYMBOL</c>, as <c>sockopt.SOL_TCP</c>. Null when there is one set.
/// </param>
/// <param name="When">
/// Values of <paramref name="Depends"/> with which the argument is recorded: with any other one its register holds something else. Empty: always.
/// </param>
/// <param name="IsLookedUp">Of a path: the call gives ENOENT where nothing is there, before a privilege is asked for or anything is made.</param>
public sealed record KeyArgument(
    string Name, string Alias, int Position, KeyForm Form, ulong Mask, string Constants, int? Offset, KeyArgument? Depends, ImmutableArray<ulong> When, bool IsLookedUp)
{
    /// <summary>What it counts as in a query that leaves it out; null leaves it open. Recordings always have it.</summary>
    public ulong? Default { get; init; }

    /// <summary>
    /// Offsets of the pointers on the way to the struct that <see cref="Offset"/> is in, from the one that the register points to: 16 and 0 lead by msg_iov to iov_base. Empty when that is it.
    /// A null pointer on the way, or nothing at it (<see cref="LengthAt"/>), makes the value 0.
    /// </summary>
    public ImmutableArray<int> Through { get; init; } = [];

    /// <summary>Offset, in the register's struct, of the 8-byte length of what the first pointer of <see cref="Through"/> leads to; null when it is not looked at.</summary>
    public int? LengthAt { get; init; }

    /// <summary>Null, or what the value is of the socket behind the descriptor in the register; it is left out where there is no such socket.</summary>
    public SocketFact? Socket { get; init; }

    /// <summary>Whether the argument has a value that rules can look at; paths and files are told apart otherwise.</summary>
    public bool IsValue => Form is not (KeyForm.Path or KeyForm.Fd);

    /// <summary>Whether the value is in a register of every such call and nothing else need be read to record it.</summary>
    public bool IsRegister => IsInRegister && When.IsEmpty;

    /// <summary>Whether the value, as it is recorded, is in a register of the calls that have it, with nothing to look at behind it.</summary>
    public bool IsInRegister => IsValue && Form is not (KeyForm.Text or KeyForm.NonZero or KeyForm.Operation) && Offset is null && Socket is null;

    /// <summary>What is recorded of a number: the bits of <see cref="Mask"/>, or whether there are any.</summary>
    public ulong ValueOf(ulong number) => Form == KeyForm.NonZero ? (number & Mask) != 0 ? 1UL : 0 : number & Mask;
}
