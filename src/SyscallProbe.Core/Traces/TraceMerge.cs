using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>Puts traces together: associative, commutative and idempotent, so that any order of merging on any number of machines gives the same trace.</summary>
public static class TraceMerge
{
    /// <summary>Merges two traces. A trace all of whose recordings the other has already adds nothing.</summary>
    /// <exception cref="FailureException">Some recordings are in both and some in one only: counts could not be kept apart.</exception>
    public static Trace Merge(Trace a, Trace b)
    {
        var common = a.Ids.Intersect(b.Ids);
        if (common.Count == b.Ids.Count && b.Ids.Count > 0) return a;
        if (common.Count == a.Ids.Count && a.Ids.Count > 0) return b;
        if (common.Count > 0)
        {
            throw new FailureException(new Failure(FailureCode.BadInput,
                $"the traces share {common.Count} recordings and each has others, so their counts cannot be told apart",
                $"id {common.First()}", "merge the recordings' own traces instead of traces merged before"));
        }
        var observations = Trace.Normalised(a.Observations.Concat(b.Observations), static (a, b) => a + b);
        return new Trace(a.Ids.Union(b.Ids), Subjects(a.Subjects, b.Subjects), Evidences(a.Evidence, b.Evidence), observations)
        {
            Mappings = a.Mappings.SetItems(b.Mappings.Where(mapping => mapping.Value || !a.Mappings.ContainsKey(mapping.Key))),
            // What one run did not call another may have called.
            Latent = LatentCall.Normalised(a.Latent.Concat(b.Latent), observations),
        };
    }

    static ImmutableArray<Subject> Subjects(ImmutableArray<Subject> a, ImmutableArray<Subject> b) =>
        [.. a.Concat(b).DistinctBy(Key).OrderBy(Key, StringComparer.Ordinal)];

    static string Key(Subject subject) => string.Join('\0', [subject.Arch.Name(), subject.Image, subject.Kernel, .. subject.Argv]);

    static Evidence Evidences(Evidence a, Evidence b) => new()
    {
        Events = a.Events + b.Events,
        Lost = a.Lost + b.Lost,
        Unparsed = a.Unparsed + b.Unparsed,
        Runs = a.Runs + b.Runs,
        ExitCode = Largest(a.ExitCode, b.ExitCode),
        Signal = Largest(a.Signal, b.Signal),
        Healthy = Least(a.Healthy, b.Healthy),
        Succeeded = Least(a.Succeeded, b.Succeeded),
        FromFirstInstruction = a.FromFirstInstruction && b.FromFirstInstruction,
        LastNewKind = a.LastNewKind is { } last && !(last < b.LastNewKind) ? last : b.LastNewKind,
        LateKinds = Largest(a.LateKinds, b.LateKinds),
        NamesOnly = a.NamesOnly && b.NamesOnly,
        SeccompFilter = a.SeccompFilter || b.SeccompFilter,
        Recorders = a.Recorders.Union(b.Recorders),
        Reasons = a.Reasons.Union(b.Reasons),
    };

    static int? Largest(int? a, int? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    static bool? Least(bool? a, bool? b) => a == false || b == false ? false : a is null || b is null ? null : true;
}
