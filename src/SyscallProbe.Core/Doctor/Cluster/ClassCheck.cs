using System.Globalization;
using SyscallProbe.Kubernetes;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>Whether each RuntimeClass finds nodes, and its handler on them.</summary>
sealed class ClassCheck : DoctorCheck<ClusterFacts>
{
    protected override string Name => "class";

    public override IEnumerable<DoctorLine> Judge(ClusterFacts facts) => facts.Classes.SelectMany(one => Of(one, facts));

    IEnumerable<DoctorLine> Of(ClusterClass one, ClusterFacts facts)
    {
        var pods = facts.Pods.Count(pod => pod.Class == one.Name && !pod.IsEnded);
        // An installer makes a class for each kind of machine: one that nobody uses breaks nothing.
        DoctorLine Found(DoctorLine line) => pods == 0 && line.Status >= DoctorStatus.Unknown ? line with { Status = line.Status == DoctorStatus.Broken ? DoctorStatus.Warning : DoctorStatus.Note } : line;
        DoctorLine Make(string name, string evidence, params ReadOnlySpan<(string, string)> values) => Found(LineOf(one.Runtime, name, evidence, [("class", one.Name), ("handler", one.Handler), .. values]));

        if (!facts.Nodes.IsEmpty)
        {
            foreach (var line in OfNodes(one, facts, Make)) yield return line;
        }
        if (one.Runtime.Length > 0 && one.Overhead.Count == 0) yield return Make($"no-overhead-{one.Runtime}", $"runtimeclass/{one.Name}");
        if (pods > 0) yield return DoctorRow.Line("pods", "ok", "", new Dictionary<string, string> { ["count"] = pods.ToString(CultureInfo.InvariantCulture), ["class"] = one.Name }, one.Runtime);
    }

    delegate DoctorLine Maker(string name, string evidence, params ReadOnlySpan<(string, string)> values);

    static IEnumerable<DoctorLine> OfNodes(ClusterClass one, ClusterFacts facts, Maker make)
    {
        var selected = facts.Nodes.Where(node => one.NodeSelector.All(label => node.Labels.GetValueOrDefault(label.Key) == label.Value)).ToArray();
        if (selected.Length == 0)
        {
            string[] able = [.. facts.Nodes.Where(node => node.Handlers?.Contains(one.Handler) == true).Select(node => node.Name)];
            return [make("no-node", able.Length == 0 ? $"{facts.Nodes.Length} nodes" : $"nodes with the handler: {DoctorWords.Listed(able)}", ("selector", DoctorWords.Labels(one.NodeSelector)), ("labels", DoctorWords.Labels(one.NodeSelector)),
                ("nodes", able.Length == 0 ? "NODE" : string.Join(' ', able.Take(3))))];
        }
        var lines = new List<DoctorLine>();
        var open = selected.Where(node => Repelling(node, one) is null).ToArray();
        if (open.Length == 0) lines.Add(make("taint", DoctorWords.Listed([.. selected.Select(node => node.Name)]), ("taint", Repelling(selected[0], one)!.ToString())));
        var reached = open.Length == 0 ? selected : open;
        var missing = reached.Where(node => node.Handlers?.Contains(one.Handler) == false).ToArray();
        var unknown = reached.Where(node => node.Handlers is null).ToArray();
        if (missing.Length > 0)
        {
            lines.Add(make("handler-missing", string.Join("; ", missing.Take(3).Select(node => $"{node.Name} ({node.Runtime}) lists {string.Join(", ", node.Handlers!.Select(name => name.Length == 0 ? "the default" : name))}")),
                ("nodes", DoctorWords.Listed([.. missing.Select(node => node.Name)])), ("where", Where(missing[0], one.Handler))));
        }
        if (unknown.Length > 0) lines.Add(make("handler-unknown", "status.runtimeHandlers is absent", ("nodes", DoctorWords.Listed([.. unknown.Select(node => node.Name)]))));
        if (missing.Length == 0 && unknown.Length == 0)
        {
            lines.Add(make("handler-ok", DoctorWords.Listed([.. reached.Select(node => node.Name)]), ("count", reached.Length.ToString(CultureInfo.InvariantCulture))));
            string[] away = [.. reached.Where(node => !node.IsReady).Select(node => node.Name)];
            if (away.Length > 0)
            {
                lines.Add(DoctorRow.Line("node", "not-ready", "", new Dictionary<string, string> { ["handler"] = one.Handler, ["nodes"] = string.Join(' ', away.Take(3)) }, one.Runtime));
            }
        }
        return lines;
    }

    static ClusterTaint? Repelling(ClusterNode node, ClusterClass one) =>
        node.Taints.FirstOrDefault(taint => taint.Effect is "NoSchedule" or "NoExecute" && !one.Tolerations.Any(toleration => toleration.Covers(taint)));

    // containerd://2.2.7: its release tells which table the handler goes to.
    static string Where(ClusterNode node, string handler)
    {
        const string scheme = "containerd://";
        return node.Runtime.StartsWith(scheme, StringComparison.Ordinal) && DoctorWords.DialectFor(node.Runtime[scheme.Length..]) is ContainerdDialect dialect
            ? $"{DoctorWords.TableOf(dialect, handler)} in a file with version = {dialect.Version}" : $"handler {handler} of {(node.Runtime.Length == 0 ? "the container runtime" : node.Runtime)}";
    }
}
