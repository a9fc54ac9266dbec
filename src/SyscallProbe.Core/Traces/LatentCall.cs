using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>A call that the code of the workload's files can make and that no recording saw.</summary>
/// <param name="Abi">Decides what <paramref name="Nr"/> means.</param>
/// <param name="Files">Programs and libraries that can make it, as the workload sees them; sorted, never empty.</param>
public sealed record LatentCall(Abi Abi, Nr Nr, ImmutableSortedSet<string> Files)
{
    /// <summary>Each call once, by ABI and number, without those that were observed outside of phase init.</summary>
    public static ImmutableArray<LatentCall> Normalised(IEnumerable<LatentCall> calls, IEnumerable<Observation> observations)
    {
        var made = observations.Where(observation => observation.Phase != Phase.Init).Select(observation => (observation.Abi, observation.Nr)).ToHashSet();
        return
        [
            .. calls.Where(call => !made.Contains((call.Abi, call.Nr))).GroupBy(call => (call.Abi, call.Nr)).OrderBy(group => group.Key)
                .Select(group => new LatentCall(group.Key.Abi, group.Key.Nr, [.. group.SelectMany(call => call.Files)])),
        ];
    }
}
