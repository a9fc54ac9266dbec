namespace SyscallProbe.Doctor.Cluster;

/// <summary>Explains what Kubernetes and the runtimes said of pods.</summary>
sealed class MessageCheck : DoctorCheck<ClusterFacts>
{
    // What keeps a pod from running for reasons of its sandbox or its node; other warnings are of the program itself.
    static readonly string[] s_telling = ["FailedCreatePodSandBox", "FailedScheduling", "FailedCreate"];

    protected override string Name => "cluster";

    public override IEnumerable<DoctorLine> Judge(ClusterFacts facts)
    {
        var ready = facts.Pods.Where(pod => pod.IsReady).Select(pod => pod.Name).ToHashSet(StringComparer.Ordinal);
        var known = from message in facts.Messages
                    // A pod that names no class has no sandbox whose troubles these could be.
                    where message.Class != ""
                    let runtime = RuntimeOf(message, facts)
                    let row = PodEvent.Of(message, runtime)
                    where row is not null || s_telling.Contains(message.Reason)
                    let match = row?.Pattern.Match(message.Text).Value ?? message.Text
                    group (message, row) by (runtime, row?.Event, match, IsOver: ready.Contains(message.Subject));
        foreach (var group in known)
        {
            var (first, row) = group.First();
            var pods = DoctorWords.Listed([.. group.Select(one => one.message.Subject).Distinct()]);
            var runtime = group.Key.runtime;
            if (row is not null) yield return row.Explain(pods, first, runtime, group.Key.IsOver ? DoctorStatus.Note : row.Status);
            else if (!group.Key.IsOver) yield return LineOf(runtime, "unknown-message", first.Reason, ("pods", pods), ("message", first.Text), ("pod", first.Subject.Split('/')[^1]));
        }
    }

    static string RuntimeOf(ClusterMessage message, ClusterFacts facts) =>
        message.Class is not { } name ? "" : facts.ClassOf(name)?.Runtime ?? EngineHandler.RuntimeOfName(name) ?? "";
}
