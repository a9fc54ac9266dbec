using System.Collections.Immutable;
using SyscallProbe.Kubernetes;
using SyscallProbe.Report;
using SyscallProbe.Yaml;

namespace SyscallProbe.Recommend;

/// <summary>Writes the change that gives pods a RuntimeClass: as a strategic merge patch, and as one command for each workload.</summary>
static class PodPatch
{
    // Stands for what the user has to put in.
    const string Placeholder = "NAME";

    static readonly ManifestWorkload s_example = new("Deployment", null, Placeholder, "", 0);

    /// <summary>Both forms; nothing for workloads whose names no cluster would take.</summary>
    public static IEnumerable<Artefact> Of(ArtefactPlan plan)
    {
        var workloads = plan.Workloads.IsEmpty ? [s_example] : plan.Workloads.Where(IsNamed).ToImmutableArray();
        var kinds = workloads.Select(workload => WorkloadKind.Of(workload.Kind)).ToArray();
        var patches = kinds.GroupBy(kind => string.Join('.', kind.Template)).Select(alike =>
            YamlWriter.Document(Patch(alike.First(), plan.Class.Name), $"strategic merge patch of a {string.Join(", ", alike.Select(kind => kind.Kind).Distinct())}"));
        var skipped = plan.Workloads.Length - (plan.Workloads.IsEmpty ? 0 : workloads.Length);
        var notes = skipped == 0 ? ImmutableArray<string>.Empty : [$"left out: {FindingWords.Counted((ulong)skipped, "workload")} whose name no cluster takes"];
        if (kinds.Length == 0) yield break;
        yield return new Artefact(ArtefactPart.Patch, "Give it to pods, by a patch", null, string.Join("---\n", patches), notes);
        yield return new Artefact(ArtefactPart.Kubectl, "or by kubectl", null, string.Concat(workloads.Select(workload => Line(workload, plan.Class.Name, workloads.Count(other => other.File == workload.File) == 1))), []);
    }

    static bool IsNamed(ManifestWorkload workload) =>
        ObjectNames.IsSubdomain(workload.Name) && (workload.Namespace is null || ObjectNames.IsLabel(workload.Namespace)) && workload.Kind.All(char.IsAsciiLetterOrDigit);

    static YamlNode Patch(WorkloadKind kind, string name) => kind.Template.Add("spec").Reverse()
        .Aggregate(YamlWriter.Mapping(("runtimeClassName", YamlWriter.Scalar(name))), (inner, key) => YamlWriter.Mapping((key, inner)));

    static string Line(ManifestWorkload workload, string name, bool isAlone)
    {
        var kind = WorkloadKind.Of(workload.Kind);
        var json = kind.Template.Add("spec").Reverse().Aggregate($$"""{"runtimeClassName":"{{name}}"}""", (inner, key) => $$"""{"{{key}}":{{inner}}}""");
        var patch = $"--type={(kind.IsBuiltIn ? "strategic" : "merge")} -p '{json}'";
        var where = $"{kind.Resource} {workload.Name}{(workload.Namespace is null ? "" : $" -n {workload.Namespace}")}";
        if (kind.IsPatched) return $"kubectl patch {where} {patch}\n";
        var source = isAlone && IsFile(workload.File)
            ? $"kubectl patch --local -f {ShellText.Quoted(workload.File)}" : $"kubectl get {where} -o yaml | kubectl patch --local -f -";
        return $"# a running {kind.Kind} keeps its class: this deletes it and makes it anew\n{source} {patch} -o yaml | kubectl replace --force -f -\n";
    }

    static bool IsFile(string path) => path.Length > 0 && path[0] != '-' && !path.Any(char.IsControl) && path != ManifestWorkload.StandardInput;
}
