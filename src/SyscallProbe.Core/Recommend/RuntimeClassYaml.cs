using System.Collections.Immutable;
using SyscallProbe.Kubernetes;
using SyscallProbe.Report;
using SyscallProbe.Yaml;

namespace SyscallProbe.Recommend;

/// <summary>Writes the RuntimeClass of a plan.</summary>
static class RuntimeClassYaml
{
    public static Artefact Of(ArtefactPlan plan)
    {
        var comes = plan.Preset.IsByHand ? ImmutableArray<string>.Empty : [$"it comes with {plan.Preset.Name}: apply it only where it is not there"];
        return new Artefact(ArtefactPart.RuntimeClass, "Create the RuntimeClass", null, YamlWriter.Document(Node(plan.Class), Comments(plan)), comes);
    }

    static IEnumerable<string> Comments(ArtefactPlan plan)
    {
        // A flag of a saved report can have any value.
        yield return $"{TerminalText.Escape(plan.Target.ToString())}: overhead {(plan.Class.Overhead is { } overhead ? $"{overhead.Basis.ToString().ToLowerInvariant()} ({overhead.Source})" : "left out, as none is published")}";
        foreach (var mark in plan.Marks.Where(mark => mark.Condition is not null))
        {
            yield return $"where {mark.Condition}, {(mark.Kind == NodeMarkKind.Resource ? "podFixed" : "nodeSelector")} has {mark.Key}: \"{mark.Value}\" as well";
        }
    }

    static YamlNode Node(RuntimeClass value) => YamlWriter.Mapping(
        ("apiVersion", YamlWriter.Scalar(RuntimeClass.ApiVersion)),
        ("kind", YamlWriter.Scalar(RuntimeClass.Kind)),
        ("metadata", YamlWriter.Mapping(("name", YamlWriter.Scalar(value.Name)))),
        ("handler", YamlWriter.Scalar(value.Handler)),
        ("overhead", value.Overhead is not { } overhead ? null
            : YamlWriter.Mapping(("podFixed", YamlWriter.Mapping(("cpu", YamlWriter.Scalar(overhead.Cpu)), ("memory", YamlWriter.Scalar(overhead.Memory)))))),
        ("scheduling", value.NodeSelector.IsEmpty && value.Tolerations.IsEmpty ? null
            : YamlWriter.Mapping(("nodeSelector", Selector(value)), ("tolerations", Tolerations(value)))));

    static YamlNode? Selector(RuntimeClass value) =>
        value.NodeSelector.IsEmpty ? null : YamlWriter.Mapping(value.NodeSelector.Select(label => (label.Key, (YamlNode?)YamlWriter.Scalar(label.Value))));

    static YamlNode? Tolerations(RuntimeClass value) => value.Tolerations.IsEmpty ? null : YamlWriter.Sequence(value.Tolerations.Select(toleration => YamlWriter.Mapping(
        ("key", YamlWriter.Scalar(toleration.Key)), ("operator", YamlWriter.Scalar("Equal")), ("value", YamlWriter.Scalar(toleration.Value)), ("effect", YamlWriter.Scalar(toleration.Effect)))));
}
