using System.Runtime.InteropServices;

namespace SyscallProbe.Rules;

/// <summary>One condition on one argument: <c>low &lt;= (value &amp; mask) &lt;= high</c>, or its negation.</summary>
/// <remarks>
/// Every form of the rule table's <c>arguments</c> column is this one comparison:
/// <c>a=V</c> has low = high = V; <c>a&amp;M=V</c> the same under a mask; <c>a&amp;M</c> has low 1 and high M; <c>a&amp;~M</c> the complement of M as mask; <c>a=A..B</c> a range.
/// The layout is that of the packed rule table. <paramref name="Slot"/> is the argument's place among those of <see cref="KeyArgument.IsValue"/>.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct Term(ulong Mask, ulong Low, ulong High, ushort Slot, ushort Negated)
{
    /// <summary>Size in the packed table, bytes.</summary>
    public const int Length = 28;

    public bool Holds(ulong value) => ((value & Mask) - Low <= High - Low) != (Negated != 0);
}
