using System.Collections.Immutable;
using SyscallProbe.Kubernetes;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>What admission says, or will say, of pods and their RuntimeClass.</summary>
/// <remarks>Facts: plugin/pkg/admission/runtimeclass/admission.go of kubernetes/kubernetes. It looks at pods when they are made and never again.</remarks>
sealed class PodCheck : DoctorCheck<ClusterFacts>
{
    const string Unlike = "Pod's Overhead doesn't match RuntimeClass's defined Overhead", Unasked = "Pod Overhead set without corresponding RuntimeClass defined Overhead";

    protected override string Name => "pod";

    public override IEnumerable<DoctorLine> Judge(ClusterFacts facts) => Absent(facts).Concat(Overheads(facts)).Concat(Conflicts(facts));

    IEnumerable<DoctorLine> Absent(ClusterFacts facts)
    {
        if (facts.Classes.IsEmpty) return [];
        return from pod in facts.Pods
               where pod.Class is not null && !pod.IsEnded && facts.ClassOf(pod.Class) is null
               group pod.Name by pod.Class into pods
               select Line("class-absent", "runtimeClassName", ("pods", DoctorWords.Listed([.. pods])), ("class", pods.Key), ("near", Nearest.Meant(pods.Key, facts.Classes.Select(one => one.Name))));
    }

    IEnumerable<DoctorLine> Overheads(ClusterFacts facts)
    {
        var wrong = from pod in facts.Pods
                    let one = facts.ClassOf(pod.Class)
                    where !pod.IsEnded && pod.Overhead.Count > 0 && (one is not null || pod.Class is null) && !IsSame(pod.Overhead, one?.Overhead)
                    group pod by (Class: one, pod.IsTemplate, Overhead: DoctorWords.Labels(pod.Overhead));
        foreach (var group in wrong)
        {
            var (one, isTemplate, overhead) = group.Key;
            var pods = DoctorWords.Listed([.. group.Select(pod => pod.Name)]);
            if (isTemplate) yield return LineOf(one?.Runtime ?? "", "overhead-refused", $"spec.overhead: {overhead}", ("pods", pods), ("message", $"pod rejected: {(one is { Overhead.Count: > 0 } ? Unlike : Unasked)}"));
            else if (one is not null) yield return LineOf(one.Runtime, "overhead-stale", "spec.overhead", ("pods", pods), ("pod", overhead), ("class", one.Name), ("now", one.Overhead.Count == 0 ? "none" : DoctorWords.Labels(one.Overhead)));
        }
    }

    IEnumerable<DoctorLine> Conflicts(ClusterFacts facts) =>
        from pod in facts.Pods
        where pod.IsTemplate
        let one = facts.ClassOf(pod.Class)
        where one is not null
        from label in one.NodeSelector
        let own = pod.NodeSelector.GetValueOrDefault(label.Key)
        where own is not null && own != label.Value
        select LineOf(one.Runtime, "selector-conflict", $"spec.nodeSelector of {pod.Name}", ("pods", pod.Name), ("key", label.Key), ("a", label.Value), ("b", own));

    static bool IsSame(ImmutableSortedDictionary<string, string> pod, ImmutableSortedDictionary<string, string>? one) =>
        one is not null && pod.Count == one.Count && pod.All(entry => one.TryGetValue(entry.Key, out var value) && Quantity.AreEqual(entry.Value, value));
}
