using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Yaml;

namespace SyscallProbe.Pods;

/// <summary>A field of a pod as <c>data/kubernetes/pod-rules.csv</c> names it.</summary>
/// <remarks>
/// Keys with dots between them, from the pod's template on or, in a condition, from the innermost list entry. <c>name[]</c> is every entry of a list, <c>name{}</c> every key of a map, whose
/// value is then the key itself. <c>allContainers[]</c> stands for containers, init containers and ephemeral ones. <c>(users)</c> is not in the manifest: how many containers mount a
/// volume, <c>none</c>, <c>one</c> or <c>many</c>.
/// </remarks>
sealed class PodField
{
    /// <summary>The lists of a pod's spec that hold containers.</summary>
    public static readonly ImmutableArray<string> ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    const string AllContainers = "allContainers[]";
    const string Users = "(users)";

    readonly ImmutableArray<string> _steps;

    public PodField(string text) => (Text, _steps) = (text, [.. text.Split('.')]);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>A place that the field names.</summary>
    /// <param name="Value">The scalar or key; <c>*</c> for a map or list; null where the field is absent.</param>
    /// <param name="Line">Of the field, or of what it is absent from.</param>
    /// <param name="Path">With indexes: <c>spec.containers[0].name</c>.</param>
    /// <param name="Scope">The innermost list entry around it, or the template.</param>
    public readonly record struct Place(string? Value, int Line, string Path, YamlNode Scope);

    /// <summary>Every place in a pod that the field names; one where it is absent for every list entry that could have it.</summary>
    public IEnumerable<Place> In(PodWorkload workload) => Walk(workload.Template, 0, "", workload.Template, workload);

    /// <summary>The field's value from a list entry on; null where it is absent.</summary>
    public string? ValueIn(YamlNode scope)
    {
        YamlNode? node = scope;
        foreach (var step in _steps) node = node?[step];
        return node is null ? null : ValueOf(node);
    }

    IEnumerable<Place> Walk(YamlNode node, int at, string path, YamlNode scope, PodWorkload workload)
    {
        if (at == _steps.Length) return [new Place(ValueOf(node), node.Line, path, scope)];
        var step = _steps[at];
        if (step == AllContainers) return ContainerLists.SelectMany(list => Entries(node[list], at, Joined(path, list), workload));
        if (step.EndsWith("[]", StringComparison.Ordinal)) return Entries(node[step[..^2]], at, Joined(path, step[..^2]), workload);
        if (step.EndsWith("{}", StringComparison.Ordinal)) return Keys(node[step[..^2]], Joined(path, step[..^2]), scope);
        if (step == Users) return [new Place(UsersOf(node.TextOf("name"), workload), node.Line, path, scope)];
        return node[step] is { } next ? Walk(next, at + 1, Joined(path, step), scope, workload)
            : [new Place(null, node.Line, string.Join('.', _steps.Skip(at).Prepend(path)).TrimStart('.'), scope)];
    }

    IEnumerable<Place> Entries(YamlNode? list, int at, string path, PodWorkload workload) =>
        (list?.Items ?? []).SelectMany((entry, index) => Walk(entry, at + 1, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), entry, workload));

    static IEnumerable<Place> Keys(YamlNode? map, string path, YamlNode scope) =>
        (map?.Entries ?? []).Select(entry => new Place(entry.Key, entry.Value.Line, $"{path}.{entry.Key}", scope));

    static string Joined(string path, string step) => path.Length == 0 ? step : $"{path}.{step}";

    static string UsersOf(string? volume, PodWorkload workload) =>
        workload.Containers.Count(entry => entry.Container["volumeMounts"]?.Items.Any(mount => mount.TextOf("name") == volume) == true) switch { 0 => "none", 1 => "one", _ => "many" };

    static string ValueOf(YamlNode node) => node.Kind != YamlKind.Scalar ? "*" : node.Boolean is { } truth ? (truth ? "true" : "false") : node.Text;
}
