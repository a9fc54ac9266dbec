using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SyscallProbe.Kubernetes;
using SyscallProbe.Toml;

namespace SyscallProbe.Doctor;

/// <summary>An engine that takes containers, with what its own configuration says.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Version">Two or three numbers; empty where it did not say.</param>
/// <param name="File">The configuration, for evidence and fixes.</param>
/// <param name="Error">Why the configuration cannot be read; null where it can.</param>
/// <param name="Containerd">Null for CRI-O and Docker.</param>
sealed record NodeEngine(string Name, string Version, string File, ImmutableArray<EngineHandler> Handlers, string? Error, ContainerdSetup? Containerd, bool HasSelinux)
{
    /// <summary>Whether pods of Kubernetes come through it.</summary>
    public bool IsCri => Name != NodeEngines.Docker;
}

/// <summary>What containerd makes of its files.</summary>
/// <param name="Read">What it sees: of its dump where there is one, else of the file.</param>
/// <param name="FromFile">What stands in the main file; null where there is none or it cannot be read.</param>
/// <param name="IsCriDisabled">Whether the plugin for the kubelet is off.</param>
/// <param name="Annotations">Handlers that pass annotations on.</param>
sealed record ContainerdSetup(ContainerdFacts Facts, ContainerdConfig Read, ContainerdConfig? FromFile, bool IsCriDisabled, ImmutableSortedSet<string> Annotations);

/// <summary>Reads the configurations that were gathered.</summary>
static class NodeEngines
{
    public const string Docker = "Docker", Crio = "CRI-O", Containerd = "containerd";

    /// <summary>Every engine of the node.</summary>
    public static ImmutableArray<NodeEngine> Of(NodeFacts facts) =>
    [
        .. facts.Containerds.Select(OfContainerd),
        .. facts.Crio is { } crio ? [OfCrio(crio)] : Array.Empty<NodeEngine>(),
        .. facts.Docker is { } docker ? [OfDocker(docker)] : Array.Empty<NodeEngine>(),
    ];

    static NodeEngine OfContainerd(ContainerdFacts facts)
    {
        var file = facts.ConfigFile ?? "/etc/containerd/config.toml";
        var version = NumberIn(facts.Version);
        try
        {
            // Its own word counts: it has merged the imports, and it says how it understood them.
            var text = facts.Dump ?? facts.Config ?? throw Bad(facts.DumpError ?? "it could not be asked, and there is no file", file);
            var from = facts.Dump is null ? file : $"{facts.Binary} config dump";
            var bytes = Encoding.UTF8.GetBytes(text);
            var (read, toml) = (ContainerdConfig.Read(bytes, from), TomlFile.Read(bytes, from));
            var plugin = read.Dialect.Plugin;
            var setup = new ContainerdSetup(facts, read, TryRead(facts.Config, file),
                (toml.Find("disabled_plugins")?.Items ?? []).Any(name => name == "cri" || name == plugin),
                [.. read.Handlers.Where(handler => toml.Find([.. read.Dialect.PathOf(handler.Name), "pod_annotations"]) is { Items.Length: > 0 }).Select(handler => handler.Name)]);
            return new NodeEngine(Containerd, version, file, [.. read.Handlers.Select(handler => new EngineHandler(Containerd, file, handler.Name, handler.RuntimeType, handler.RuntimePath, handler.ConfigPath))],
                null, setup, toml.Find("plugins", plugin, "enable_selinux")?.Text == "true");
        }
        catch (FailureException wrong)
        {
            return new NodeEngine(Containerd, version, file, [], facts.DumpError ?? $"{wrong.Failure.What} ({wrong.Failure.Where})", null, false);
        }
    }

    static ContainerdConfig? TryRead(string? content, string file)
    {
        try
        {
            return content is null ? null : ContainerdConfig.Read(Encoding.UTF8.GetBytes(content), file);
        }
        catch (FailureException)
        {
            // The dump has said it already.
            return null;
        }
    }

    static NodeEngine OfCrio(CrioFacts facts)
    {
        var handlers = new Dictionary<string, EngineHandler>(StringComparer.Ordinal);
        var (selinux, file) = (false, facts.Configs.Select(config => config.Path).FirstOrDefault("/etc/crio/crio.conf"));
        try
        {
            foreach (var (path, content) in facts.Configs)
            {
                var toml = TomlFile.Read(Encoding.UTF8.GetBytes(content), path);
                selinux = toml.Find("crio", "runtime", "selinux") is { } value ? value.Text == "true" : selinux;
                foreach (var name in toml.KeysBelow("crio", "runtime", "runtimes"))
                {
                    string? At(string key) => toml.Find("crio", "runtime", "runtimes", name, key)?.Text is { Length: > 0 } text ? text : null;
                    // Without a type it is an OCI runtime like runc.
                    handlers[name] = new EngineHandler(Crio, path, name, At("runtime_type") ?? "oci", At("runtime_path"), At("runtime_config_path"));
                }
            }
            return new NodeEngine(Crio, NumberIn(facts.Version), file, [.. handlers.Values], null, null, selinux);
        }
        catch (FailureException wrong)
        {
            return new NodeEngine(Crio, NumberIn(facts.Version), file, [.. handlers.Values], $"{wrong.Failure.What} ({wrong.Failure.Where})", null, selinux);
        }
    }

    static NodeEngine OfDocker(DockerFacts facts)
    {
        try
        {
            return new NodeEngine(Docker, NumberIn(facts.Version), facts.ConfigFile, facts.Config is { } config ? [.. DockerRuntimes(config, facts.ConfigFile)] : [], null, null, false);
        }
        catch (FailureException wrong)
        {
            return new NodeEngine(Docker, NumberIn(facts.Version), facts.ConfigFile, [], $"{wrong.Failure.What} ({wrong.Failure.Where})", null, false);
        }
    }

    static EngineHandler[] DockerRuntimes(string config, string file) =>
        JsonPlace.Read(Encoding.UTF8.GetBytes(config), new JsonPlace.Source(file, "correct the file"), "Docker's configuration", root =>
            !root.Has("runtimes") ? [] : root["runtimes"].Element is { ValueKind: JsonValueKind.Object } runtimes
                ? runtimes.EnumerateObject().Select(entry => OfDocker(entry.Name, new JsonPlace(entry.Value, $"$.runtimes.{entry.Name}", root.From), file)).ToArray()
                : throw root["runtimes"].Bad("expected an object"));

    // A path stands for an OCI runtime behind Docker's own shim.
    static EngineHandler OfDocker(string name, JsonPlace runtime, string file) =>
        new(Docker, file, name, runtime.TextOrNull("runtimeType") ?? (runtime.Has("path") ? "path" : ""), runtime.TextOrNull("path"), null);

    static string NumberIn(string version)
    {
        var start = version.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0) return "";
        var number = version.AsSpan(start);
        var end = number.IndexOfAnyExcept("0123456789.");
        return (end < 0 ? number : number[..end]).TrimEnd('.').ToString();
    }

    static FailureException Bad(string what, string where) => new(new Failure(FailureCode.BadInput, what, where));
}
