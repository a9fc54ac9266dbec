using System.Collections.Immutable;
using System.Text.Json;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>Takes objects of Kubernetes from JSON and keeps of each what the checks need.</summary>
/// <param name="file">As messages name it.</param>
sealed class ClusterObjects(string file, string fix)
{
    static readonly ImmutableSortedDictionary<string, string> s_none = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    readonly List<ClusterNode> _nodes = [];
    readonly List<ClusterClass> _classes = [];
    readonly List<ClusterPod> _pods = [];
    readonly List<(string Subject, string Reason, string Text, string? Class)> _messages = [];

    /// <summary>Whether there was any JSON at all.</summary>
    public bool HasDocuments { get; private set; }

    /// <summary>Whether there was an object of a kind that is judged.</summary>
    public bool HasAny { get; private set; }

    /// <summary>All that was taken so far.</summary>
    public ClusterFacts Facts
    {
        get
        {
            var classes = _pods.DistinctBy(pod => pod.Name).ToDictionary(pod => pod.Name, pod => pod.Class ?? "");
            return new ClusterFacts([.. _nodes], [.. _classes], [.. _pods], [.. _messages.Select(one => new ClusterMessage(one.Subject, one.Reason, one.Text, one.Class ?? classes.GetValueOrDefault(one.Subject)))]);
        }
    }

    /// <summary>Takes an object, a list of them, or an array.</summary>
    /// <exception cref="FailureException">A value is not what Kubernetes has there.</exception>
    public void Add(JsonElement root)
    {
        HasDocuments = true;
        var place = new JsonPlace(root, "$", new JsonPlace.Source(file, fix));
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var (element, index) in root.EnumerateArray().Select((element, index) => (element, index))) AddOne(place with { Element = element, Path = $"$[{index}]" });
        }
        else
        {
            AddOne(place);
        }
    }

    void AddOne(JsonPlace item)
    {
        var kind = item.TextOrNull("kind") ?? "";
        if (kind.EndsWith("List", StringComparison.Ordinal))
        {
            foreach (var one in item.Items("items")) AddOne(one);
            return;
        }
        switch (kind)
        {
            case "Node": _nodes.Add(NodeOf(item)); break;
            case "RuntimeClass": _classes.Add(ClassOf(item)); break;
            case "Pod": AddPod(item); break;
            case "Event": AddEvent(item); break;
            default:
                if (TemplateOf(item) is not { } spec) return;
                _pods.Add(PodOf(item, spec, isTemplate: true));
                AddConditions(item, NameOf(item));
                break;
        }
        HasAny = true;
    }

    static ClusterNode NodeOf(JsonPlace node)
    {
        var (status, spec) = (Part(node, "status"), Part(node, "spec"));
        ImmutableSortedSet<string>? handlers = status?.Has("runtimeHandlers") == true ? [.. status.Value.Items("runtimeHandlers").Select(handler => handler.TextOrNull("name") ?? "")] : null;
        var info = status is { } one ? Part(one, "nodeInfo") : null;
        var isReady = status is { } state && Items(state, "conditions").Any(condition => condition.TextOrNull("type") == "Ready" && condition.TextOrNull("status") == "True");
        return new ClusterNode(node["metadata"].Text("name"), Pairs(node["metadata"], "labels"), spec is { } own ? [.. Items(own, "taints").Select(TaintOf)] : [], handlers,
            info?.TextOrNull("containerRuntimeVersion") ?? "", info?.TextOrNull("kernelVersion") ?? "", isReady);
    }

    static ClusterTaint TaintOf(JsonPlace taint) => new(taint.Text("key"), taint.TextOrNull("value"), taint.TextOrNull("effect") ?? "");

    static ClusterTaint TolerationOf(JsonPlace one) =>
        new(one.TextOrNull("key") ?? "", one.TextOrNull("operator") == "Exists" ? null : one.TextOrNull("value") ?? "", one.TextOrNull("effect") ?? "");

    static ClusterClass ClassOf(JsonPlace one)
    {
        var (scheduling, overhead) = (Part(one, "scheduling"), Part(one, "overhead"));
        return new ClusterClass(one["metadata"].Text("name"), one.Text("handler"), scheduling is { } rules ? Pairs(rules, "nodeSelector") : s_none,
            scheduling is { } own ? [.. Items(own, "tolerations").Select(TolerationOf)] : [], overhead is { } fix ? Pairs(fix, "podFixed") : s_none);
    }

    void AddPod(JsonPlace pod)
    {
        var name = NameOf(pod);
        if (Part(pod, "spec") is { } spec) _pods.Add(PodOf(pod, spec, isTemplate: false));
        AddConditions(pod, name);
        if (Part(pod, "status") is not { } status) return;
        AddMessage(name, status.TextOrNull("reason") ?? "", status.TextOrNull("message"));
        foreach (var container in Items(status, "initContainerStatuses").Concat(Items(status, "containerStatuses")))
        {
            foreach (var state in new[] { Part(container, "state"), Part(container, "lastState") }.OfType<JsonPlace>())
            {
                foreach (var part in new[] { Part(state, "waiting"), Part(state, "terminated") }.OfType<JsonPlace>())
                {
                    AddMessage(name, part.TextOrNull("reason") ?? "", part.TextOrNull("message") ?? part.TextOrNull("reason"));
                }
            }
        }
    }

    static ClusterPod PodOf(JsonPlace item, JsonPlace spec, bool isTemplate)
    {
        var status = Part(item, "status");
        var phase = status?.TextOrNull("phase");
        var isReady = status is { } state && Items(state, "conditions").Any(condition => condition.TextOrNull("type") == "Ready" && condition.TextOrNull("status") == "True");
        return new ClusterPod(NameOf(item), spec.TextOrNull("runtimeClassName") is { Length: > 0 } name ? name : null, Pairs(spec, "nodeSelector"), Pairs(spec, "overhead"),
            isTemplate, phase is "Succeeded" or "Failed", isReady);
    }

    void AddConditions(JsonPlace item, string name)
    {
        if (Part(item, "status") is not { } status) return;
        foreach (var condition in Items(status, "conditions")) AddMessage(name, condition.TextOrNull("reason") ?? "", condition.TextOrNull("message"));
    }

    void AddEvent(JsonPlace one)
    {
        // Of core v1 involvedObject and message, of events.k8s.io regarding and note.
        if ((Part(one, "involvedObject") ?? Part(one, "regarding")) is not { } subject) return;
        AddMessage(NameOf(subject.TextOrNull("kind"), subject.TextOrNull("namespace"), subject.TextOrNull("name")), one.TextOrNull("reason") ?? "", one.TextOrNull("message") ?? one.TextOrNull("note"));
    }

    void AddMessage(string subject, string reason, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text)) _messages.Add((subject, reason, text, null));
    }

    static JsonPlace? TemplateOf(JsonPlace item)
    {
        if (Part(item, "spec") is not { } spec) return null;
        if (Part(spec, "jobTemplate") is { } job && Part(job, "spec") is { } inner) spec = inner;
        return Part(spec, "template") is { } template ? Part(template, "spec") : null;
    }

    static string NameOf(JsonPlace item) => NameOf(item.TextOrNull("kind"), item["metadata"].TextOrNull("namespace"), item["metadata"].TextOrNull("name"));

    static string NameOf(string? kind, string? space, string? name) => string.Join('/', new[] { kind?.ToLowerInvariant(), space, name }.Where(part => !string.IsNullOrEmpty(part)));

    static JsonPlace? Part(JsonPlace item, string name) => item.Has(name) ? item[name] : null;

    static IEnumerable<JsonPlace> Items(JsonPlace item, string name) => item.Has(name) ? item.Items(name) : [];

    static ImmutableSortedDictionary<string, string> Pairs(JsonPlace item, string name) => item.Has(name) ? s_none.AddRange(item.TextPairs(name)) : s_none;
}
