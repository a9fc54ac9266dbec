using System.Collections.Immutable;
using SyscallProbe.Doctor.Cluster;

namespace SyscallProbe.Doctor;

/// <summary>A node as its checks see it: the facts, with what all of them would have to work out.</summary>
/// <param name="Runsc">Null where there is no runsc or it does not say.</param>
/// <param name="Cluster">The objects of the cluster that it belongs to; null where they are not known.</param>
/// <param name="Name">Its name in the cluster; null where that is not known.</param>
sealed record NodeView(NodeFacts Facts, ImmutableArray<NodeEngine> Engines, RunscVersion? Runsc, ClusterFacts? Cluster, string? Name)
{
    /// <summary>The runtimes that are judged.</summary>
    public static ImmutableArray<string> Runtimes { get; } = ["gvisor", "kata"];

    public static NodeView Of(NodeFacts facts, ClusterFacts? cluster, string? name) =>
        new(facts, NodeEngines.Of(facts), facts.Found("runsc") is { } runsc ? RunscVersion.Parse(runsc.Output) : null, cluster, name);

    /// <summary>Every handler of every engine.</summary>
    public IEnumerable<(NodeEngine Engine, EngineHandler Handler)> Handlers => from engine in Engines from handler in engine.Handlers select (engine, handler);

    /// <summary>Those of a runtime.</summary>
    public IEnumerable<(NodeEngine Engine, EngineHandler Handler)> HandlersOf(string runtime) => Handlers.Where(one => one.Handler.Runtime == runtime);

    /// <summary>The configurations that shims of gVisor read, each once with the handler that names it; where none is named, the places where the shim looks.</summary>
    public IEnumerable<(EngineHandler Handler, string Path, bool IsNamed)> RunscConfigs =>
        HandlersOf("gvisor").Where(one => one.Engine.IsCri && one.Handler.Type != "oci")
            .Select(one => one.Handler.ConfigPath is { } named ? (one.Handler, named, true) : (one.Handler, NodePlaces.Files("runsc", "config").FirstOrDefault(IsThere, NodePlaces.Files("runsc", "config")[^1]), false))
            .DistinctBy(one => one.Item2);

    /// <summary>Whether a file that was looked for is there.</summary>
    public bool IsThere(string path) => Facts.Files.GetValueOrDefault(path)?.IsThere == true;

    /// <summary>Whether anything of a runtime is here.</summary>
    public bool Has(string runtime) => HandlersOf(runtime).Any() || (runtime == "gvisor" ? Facts.Found("runsc") is not null : Facts.Found("kata-runtime") is not null || Facts.Found("kata-ctl") is not null);
}
