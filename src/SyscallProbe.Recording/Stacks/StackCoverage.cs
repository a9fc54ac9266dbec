using System.Globalization;

namespace SyscallProbe.Recording.Stacks;

/// <summary>How many kinds of call have no stack, or one that says little, and why.</summary>
/// <param name="Kinds">New kinds of which a stack was taken.</param>
/// <param name="Gone">Of processes that had ended before they could be looked at.</param>
/// <param name="Unwalked">Where the kernel found no frame, or none in anything that is mapped.</param>
/// <param name="Cut">With a stack that does not leave the library that makes the call.</param>
/// <param name="Dropped">Of which no stack was taken, as too many were new at once.</param>
readonly record struct StackCoverage(int Kinds, int Gone, int Unwalked, int Cut, ulong Dropped)
{
    /// <summary>A sentence; null where nothing is missing.</summary>
    public string? Sentence()
    {
        string[] missing =
        [
            .. Part((ulong)Gone, "of processes that ended before they were looked at"), .. Part((ulong)Unwalked, "without a frame that is known"),
            .. Part((ulong)Cut, "that end in the library that makes the call, which keeps no frame pointers"), .. Part(Dropped, "not taken, as too many kinds were new at once"),
        ];
        return missing.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"call stacks of {(ulong)Kinds + Dropped} kinds: {string.Join("; ", missing)}");
    }

    static string[] Part(ulong count, string what) => count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{count} {what}")];
}
