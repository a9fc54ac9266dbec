using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>A key argument as observed.</summary>
/// <param name="Name">The parameter's name in the kernel's SYSCALL_DEFINE, or a pseudo-argument (<c>fd</c>).</param>
/// <param name="Value">The bits that decide, after the mask of <c>data/abi/key-arguments.csv</c>.</param>
public readonly record struct Argument(string Name, ulong Value);

/// <summary>One distinct kind of call that was seen, with how often.</summary>
/// <param name="Abi">Decides what <paramref name="Nr"/> means.</param>
/// <param name="Nr">As the process passed it, without the x32 bit; -1 and unknown numbers are kept.</param>
/// <param name="Arguments">Key arguments only, in the order of their index; empty for a call that has none. One of <see cref="KeyForm.Operation"/> stands alone and makes it operations of a ring.</param>
/// <param name="Path">Where a path decides (below /proc, /sys, /dev, or the call failed), else null. Process ids are written <c>[pid]</c>.</param>
/// <param name="Count">Number of calls, at least 1.</param>
/// <param name="Executables">Paths of the programs that made the call, as given to execve; sorted; never empty in a recording.</param>
public sealed record Observation(
    Abi Abi, Nr Nr, ImmutableArray<Argument> Arguments, string? Path, Result Result, Phase Phase, ulong Count, ImmutableSortedSet<string> Executables)
{
    /// <summary>Functions on the stack of the kind's first occurrence, innermost first; empty where none was taken.</summary>
    public ImmutableArray<string> Stack { get; init; } = [];

    /// <summary>Recordings in which the kind was seen, at least 1; null where that is not known, as in merged traces of older versions.</summary>
    public int? Runs { get; init; } = 1;

    /// <summary>Of two stacks of one kind the one to keep, whichever comes first: one rather than none, else the lesser by ordinal order.</summary>
    internal static ImmutableArray<string> StackOf(ImmutableArray<string> a, ImmutableArray<string> b) =>
        a.IsEmpty ? b : b.IsEmpty || string.CompareOrdinal(string.Join('\0', a), string.Join('\0', b)) <= 0 ? a : b;

    /// <summary>Whether both are the same kind of call: all but count and executables are equal.</summary>
    public bool IsSameKind(Observation other) => Compare(this, other) == 0;

    /// <summary>The order in traces: ABI, number, arguments, path, result, phase.</summary>
    public static int Compare(Observation a, Observation b)
    {
        var order = a.Abi.CompareTo(b.Abi);
        if (order == 0) order = a.Nr.CompareTo(b.Nr);
        for (var i = 0; order == 0 && i < Math.Min(a.Arguments.Length, b.Arguments.Length); i++)
        {
            order = string.CompareOrdinal(a.Arguments[i].Name, b.Arguments[i].Name);
            if (order == 0) order = a.Arguments[i].Value.CompareTo(b.Arguments[i].Value);
        }
        if (order == 0) order = a.Arguments.Length.CompareTo(b.Arguments.Length);
        if (order == 0) order = string.CompareOrdinal(a.Path, b.Path);
        if (order == 0) order = a.Result.CompareTo(b.Result);
        return order != 0 ? order : a.Phase.CompareTo(b.Phase);
    }
}
