using System.Runtime.InteropServices;

namespace SyscallProbe.Rules;

/// <summary>Positions of rules, in ascending order: in <c>entries</c> those of any release, and by runs of releases those in force.</summary>
/// <param name="First">The first entry.</param>
/// <param name="Segments">The first run; the runs have all releases.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
readonly record struct RuleList(uint First, uint Segments, ushort Count, ushort SegmentCount);

/// <summary>The entries in force from a release on, up to the next run.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
readonly record struct RuleSegment(uint First, ushort Count, ushort Since)
{
    /// <summary>Size in the packed table, bytes.</summary>
    public const int Length = 8;
}

/// <summary>Finds the rules of a syscall that may hold for the values of one or two arguments: those by which its rules are told apart best.</summary>
/// <remarks>A pair's bucket is at <see cref="BucketOf"/>; the multiplier was chosen so that no two share one.</remarks>
/// <param name="Multiplier">Odd.</param>
/// <param name="Buckets">The first bucket.</param>
/// <param name="All">For a call of which one of the arguments is not known.</param>
/// <param name="Others">For values without a bucket.</param>
/// <param name="Slot">The first argument's; <see cref="NoSlot"/> where no rule names a value.</param>
/// <param name="SecondSlot">The second one's; the same as the first where there is one argument.</param>
/// <param name="Shift">64 less the binary logarithm of the number of buckets.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
readonly record struct RuleDispatch(ulong Multiplier, uint Buckets, RuleList All, RuleList Others, byte Slot, byte SecondSlot, byte Shift)
{
    /// <summary>Size in the packed table, bytes.</summary>
    public const int Length = 40;

    /// <summary>No call knows it.</summary>
    public const byte NoSlot = 31;

    public uint BucketOf(ulong first, ulong second) => Buckets + (uint)((first + (second << 32 | second >> 32)) * Multiplier >> Shift);
}

/// <summary>The rules that may hold for a pair of values.</summary>
/// <param name="List">Empty where no pair has this bucket.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
readonly record struct RuleBucket(ulong First, ulong Second, RuleList List)
{
    /// <summary>Size in the packed table, bytes.</summary>
    public const int Length = 28;
}
