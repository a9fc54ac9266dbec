using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>The baseline: what was recorded under runc goes under runc as it went.</summary>
public sealed class RuncModel : ITargetModel
{
    static readonly Prediction s_works = new(new Outcome(OutcomeKind.Works, Source: "recorded under runc"));

    public Target Target { get; } = new("runc", "", ImmutableSortedDictionary<string, string>.Empty);

    public Prediction Predict(Call call) => s_works;
}
