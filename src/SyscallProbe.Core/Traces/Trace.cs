using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>What ran.</summary>
/// <param name="Argv">The command as given, or the bundle's <c>process.args</c>.</param>
/// <param name="Image">The image's name, or null when the workload did not come from one.</param>
/// <param name="Arch">The machine's own ABI.</param>
/// <param name="Kernel">The recording host's <c>uname -r</c>; null when not known.</param>
public sealed record Subject(ImmutableArray<string> Argv, string? Image, Abi Arch, string? Kernel)
{
    /// <summary>The container's bounding set, bit N is capability N; null when not known, then Docker's default set is assumed.</summary>
    public ulong? Capabilities { get; init; }
}

/// <summary>Observations with what ran and how far they can be trusted.</summary>
/// <param name="Ids">One random id per recording, sorted: lets a merge see what it has already.</param>
/// <param name="Observations">Sorted by <see cref="Observation.Compare"/>, each kind once.</param>
public sealed record Trace(
    ImmutableSortedSet<Guid> Ids, ImmutableArray<Subject> Subjects, Evidence Evidence, ImmutableArray<Observation> Observations)
{
    /// <summary>Version of the file format; additive changes keep it.</summary>
    public const int SchemaVersion = 1;

    static readonly ImmutableSortedDictionary<string, bool> s_noMappings = ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal);

    /// <summary>Programs and libraries that the workload mapped, as it sees them, and whether their code was scanned; empty where no scan was made.</summary>
    public ImmutableSortedDictionary<string, bool> Mappings { get; init; } = s_noMappings;

    /// <summary>What the code of <see cref="Mappings"/> can call and no recording saw, by ABI and number, each once; arguments are not known.</summary>
    public ImmutableArray<LatentCall> Latent { get; init; } = [];

    /// <summary>The capabilities that every subject had, by number: what a target may count on.</summary>
    public ulong Capabilities => Subjects
        .Select(subject => subject.Capabilities ?? SyscallProbe.Capabilities.DockerDefault)
        .DefaultIfEmpty(SyscallProbe.Capabilities.DockerDefault)
        .Aggregate((common, next) => common & next);

    /// <summary>Distinct kinds of call outside of phase init, whatever their phase.</summary>
    public int Kinds => Observations.Where(observation => observation.Phase != Phase.Init)
        .Select(observation => (CallKey.Of(observation), observation.Result)).Distinct().Count();

    /// <summary>Kinds of call that only one of several recordings saw: about as many as the next recording may bring, times their number. Null of a single one, and where it is not known.</summary>
    public int? SingleRunKinds
    {
        get
        {
            if (Evidence.Runs < 2 || Observations.Any(observation => observation.Runs is null)) return null;
            return Observations.Where(observation => observation.Phase != Phase.Init)
                .GroupBy(observation => (CallKey.Of(observation), observation.Result), observation => observation.Runs!.Value).Count(kind => kind.Sum() == 1);
        }
    }

    /// <summary>Puts observations of one recording into the order of a trace and adds up those of the same kind.</summary>
    public static ImmutableArray<Observation> Normalised(IEnumerable<Observation> observations) => Normalised(observations, static (a, b) => a is null || b is null ? null : Math.Max(a.Value, b.Value));

    /// <param name="runs">In how many recordings a kind was seen, from those of two of its observations.</param>
    internal static ImmutableArray<Observation> Normalised(IEnumerable<Observation> observations, Func<int?, int?, int?> runs)
    {
        var sorted = observations.ToList();
        sorted.Sort(Observation.Compare);
        var result = ImmutableArray.CreateBuilder<Observation>();
        foreach (var next in sorted)
        {
            if (result.Count > 0 && result[^1].IsSameKind(next))
            {
                var last = result[^1];
                result[^1] = last with { Count = last.Count + next.Count, Executables = last.Executables.Union(next.Executables), Stack = Observation.StackOf(last.Stack, next.Stack), Runs = runs(last.Runs, next.Runs) };
            }
            else
            {
                result.Add(next);
            }
        }
        return result.ToImmutable();
    }
}
