using System.Runtime.CompilerServices;

namespace SyscallProbe.Rules;

/// <summary>The six register arguments of a call, masked as in <c>data/abi/key-arguments.csv</c>.</summary>
[InlineArray(6)]
public struct CallArguments
{
    ulong _first;
}

/// <summary>One call as a target is asked about it.</summary>
/// <remarks>What is not known is left open: a rule that depends on it may or may not hold, and every outcome that is possible counts.</remarks>
public sealed class Call
{
    CallArguments _arguments;

    public required Abi Abi { get; init; }

    public required Nr Nr { get; init; }

    /// <summary>The kernel's name, or null for a number that has none.</summary>
    public required string? Syscall { get; init; }

    /// <summary>Which positions (bit 0 to 5) have a known value.</summary>
    public byte KnownArguments { get; private set; }

    /// <summary>The kinds that the file may be of; <see cref="FdKind.Unknown"/> when nothing is known.</summary>
    public FdKind Fd { get; init; }

    /// <summary>The path where it decides, else null: then no rule on paths holds.</summary>
    public string? Path { get; init; }

    /// <summary>Capabilities that the container has under runc, by number; the target strips its own.</summary>
    public required ulong Capabilities { get; init; }

    /// <summary>The value at a position; 0 when it is not known.</summary>
    public ulong this[int position]
    {
        get => _arguments[position];
        set
        {
            _arguments[position] = value;
            KnownArguments |= (byte)(1 << position);
        }
    }

    public bool Knows(int position) => (KnownArguments & 1 << position) != 0;
}
