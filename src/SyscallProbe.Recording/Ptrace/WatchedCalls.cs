using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Interop;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>The calls that a recorder stops at which does not stop at all: those of which an argument or a path is recorded.</summary>
/// <remarks>What is left out is a list of this machine's own numbers. A number without a name and every call of a foreign ABI are watched.</remarks>
static class WatchedCalls
{
    // No argument of theirs is recorded, but others are understood by them: whether an interrupted call is made again, and how it ends.
    static readonly string[] s_understoodBy = ["rt_sigaction", "restart_syscall"];

    static readonly FrozenSet<Nr> s_unwatched = Syscalls.All(Kernel.HostAbi)
        .Where(call => CallSpec.Of(Kernel.HostAbi, call.Nr).IsNothing && !s_understoodBy.Contains(call.Name)).Select(call => call.Nr).ToFrozenSet();

    /// <summary>The numbers that are not watched, as ranges of which both ends belong to it, ascending.</summary>
    public static ImmutableArray<(int First, int Last)> Unwatched { get; } = RangesOf(s_unwatched.Select(nr => nr.Value).Order());

    /// <summary>What evidence says of a recording without them.</summary>
    public static string Reason { get; } = string.Create(CultureInfo.InvariantCulture,
        $"calls of {s_unwatched.Count} numbers not recorded, as the recorder stops only where arguments decide: {Kernel.HostAbi.Name()} {string.Join(',', Unwatched.Select(RangeText))}");

    public static bool Contains(Abi abi, Nr nr) => abi != Kernel.HostAbi || !s_unwatched.Contains(nr);

    static string RangeText((int First, int Last) range) =>
        range.First == range.Last ? range.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}");

    static ImmutableArray<(int First, int Last)> RangesOf(IEnumerable<int> ascending)
    {
        var ranges = ImmutableArray.CreateBuilder<(int First, int Last)>();
        foreach (var number in ascending)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1) ranges[^1] = (ranges[^1].First, number);
            else ranges.Add((number, number));
        }
        return ranges.ToImmutable();
    }
}
