using SyscallProbe.Doctor.Cluster;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether the cluster's RuntimeClasses come to this node and find their handler here.</summary>
sealed class ClassOfNodeCheck : DoctorCheck<NodeView>
{
    protected override string Name => "handler";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Cluster is not { } cluster)
        {
            yield return DoctorRow.Line("label", "unknown", "", new Dictionary<string, string>());
            yield break;
        }
        if (cluster.Nodes.FirstOrDefault(one => one.Name == facts.Name) is not { } node)
        {
            yield return DoctorRow.Line("node", "absent", "", new Dictionary<string, string> { ["node"] = facts.Name ?? "", ["near"] = Nearest.Meant(facts.Name ?? "", cluster.Nodes.Select(one => one.Name)) });
            yield break;
        }
        string[] own = [.. facts.Handlers.Where(one => one.Engine.IsCri && one.Handler.Type.Length > 0).Select(one => one.Handler.Name)];
        var engine = facts.Engines.FirstOrDefault(one => one.IsCri)?.Name ?? NodeEngines.Containerd;
        foreach (var one in cluster.Classes.Where(one => one.Runtime.Length > 0))
        {
            var missing = one.NodeSelector.Where(label => node.Labels.GetValueOrDefault(label.Key) != label.Value).ToArray();
            var comes = missing.Length == 0;
            if (own.Contains(one.Handler)) yield return LineOf(one.Runtime, "class", $"runtimeclass/{one.Name}", ("class", one.Name), ("handler", one.Handler));
            else if (comes) yield return LineOf(one.Runtime, "class-missing", $"runtimeclass/{one.Name}", ("class", one.Name), ("handler", one.Handler), ("engine", engine), ("near", Nearest.Meant(one.Handler, own)));
            // A class of other nodes is no fault of this one.
            if (own.Contains(one.Handler) || (comes && one.NodeSelector.Count > 0)) yield return OfLabels(one, node, missing);
        }
        foreach (var (_, handler) in facts.Handlers.Where(entry => entry.Engine.IsCri && entry.Handler.Runtime is not null && cluster.Classes.All(one => one.Handler != entry.Handler.Name)))
        {
            yield return LineOf(handler.Runtime!, "no-class", handler.File, ("handler", handler.Name));
        }
    }

    static DoctorLine OfLabels(ClusterClass one, ClusterNode node, KeyValuePair<string, string>[] missing) => DoctorRow.Line("label", missing.Length == 0 ? "ok" : "missing", $"node/{node.Name}",
        new Dictionary<string, string> { ["class"] = one.Name, ["node"] = node.Name, ["labels"] = DoctorWords.Labels(missing) }, one.Runtime);
}
