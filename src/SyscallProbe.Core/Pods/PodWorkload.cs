using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Yaml;

namespace SyscallProbe.Pods;

/// <summary>Something in a manifest that makes pods.</summary>
/// <param name="Kind">As the manifest spells it: <c>Deployment</c>.</param>
/// <param name="Namespace">Null where the manifest names none.</param>
/// <param name="Name">Of the object; <c>(no name)</c> where it has only <c>generateName</c> or nothing.</param>
/// <param name="File">As messages name it.</param>
/// <param name="Line">Where the object begins, 1-based.</param>
/// <param name="Template">Has the pod's <c>metadata</c> and <c>spec</c>.</param>
/// <param name="Prefix">Where the template is in the object, with a dot at the end: <c>spec.template.</c>; empty for a Pod.</param>
public sealed record PodWorkload(string Kind, string? Namespace, string Name, string File, int Line, YamlNode Template, string Prefix)
{
    /// <summary>The pod's <c>spec</c>.</summary>
    public YamlNode Spec => Template["spec"]!;

    /// <summary>Containers, then init containers, then ephemeral ones, each with the field that it stands in: <c>spec.containers[0]</c>.</summary>
    public IEnumerable<(string Field, YamlNode Container)> Containers =>
        from list in PodField.ContainerLists
        from entry in (Spec[list]?.Items ?? []).Select((container, index) => (Field: $"spec.{list}[{index}]", Container: container))
        select entry;

    /// <summary>The container that is meant where none is named: that of kubectl's annotation, else the first.</summary>
    /// <remarks>https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container</remarks>
    public string? DefaultContainer =>
        Template.Find("metadata", "annotations")?.TextOf("kubectl.kubernetes.io/default-container") ?? Spec["containers"]?.Items.FirstOrDefault()?.TextOf("name");

    /// <summary>As reports have it.</summary>
    public ManifestWorkload Reported => new(Kind, Namespace, Name, File, Line);

    /// <summary><c>Deployment shop/web</c>.</summary>
    public override string ToString() => Reported.ToString();
}

/// <summary>Finds the workloads of manifests.</summary>
public static class PodManifests
{
    // Where the kinds that make pods have their template; kinds of others' making, such as rollouts, follow the same form.
    static readonly ImmutableArray<string[]> s_templates = [["spec", "template"], ["spec", "jobTemplate", "spec", "template"], ["template"], []];

    /// <summary>The workloads of a file, in its order: of every document and list, those with a pod template. Services, secrets and the like are passed over.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">It is no YAML, or no document of it makes pods.</exception>
    public static ImmutableArray<PodWorkload> Read(ReadOnlyMemory<byte> content, string file)
    {
        var documents = YamlReader.Read(content, file);
        ImmutableArray<PodWorkload> workloads = [.. documents.SelectMany(document => Of(document, file))];
        if (!workloads.IsEmpty) return workloads;
        var kinds = documents.Select(document => document.TextOf("kind") ?? "a document without kind").Distinct().ToArray();
        throw new FailureException(new Failure(FailureCode.BadInput,
            $"expected a Pod or something that makes pods, found {(kinds.Length == 0 ? "an empty file" : string.Join(", ", kinds.Take(5)))}", file,
            "give a Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob, or a list of them, as `kubectl get deploy -A -o yaml` prints it"));
    }

    static IEnumerable<PodWorkload> Of(YamlNode document, string file)
    {
        if (document["items"] is { Kind: YamlKind.Sequence } items && (document.TextOf("kind")?.EndsWith("List", StringComparison.Ordinal) ?? false))
        {
            return items.Items.SelectMany(item => Of(item, file));
        }
        foreach (var path in s_templates)
        {
            if (document.Find(path) is not { } template || template.Find("spec", "containers") is not { Kind: YamlKind.Sequence }) continue;
            var metadata = document["metadata"];
            return [new PodWorkload(document.TextOf("kind") ?? "Pod", metadata?.TextOf("namespace"), metadata?.TextOf("name") ?? metadata?.TextOf("generateName") ?? "(no name)",
                file, document.Line, template, string.Concat(path.Select(key => key + ".")))];
        }
        return [];
    }
}
