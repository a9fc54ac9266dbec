using System.Globalization;
using SyscallProbe.Kubernetes;
using SyscallProbe.Rules;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether the engines have a handler for each runtime, where they look for it, and spelt so that a RuntimeClass can name it.</summary>
sealed class HandlerCheck : DoctorCheck<NodeView>
{
    protected override string Name => "handler";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        foreach (var (engine, handler) in facts.Handlers.Where(one => one.Handler.Runtime is not null))
        {
            foreach (var line in Of(engine, handler, handler.Runtime!)) yield return line;
        }
        foreach (var line in facts.Engines.SelectMany(Ignored)) yield return line;
        foreach (var runtime in NodeView.Runtimes)
        {
            if (facts.Engines.IsEmpty || facts.HandlersOf(runtime).Any()) continue;
            yield return LineOf(runtime, "none", string.Join(", ", facts.Engines.Select(engine => engine.File)), ("name", DoctorWords.NameOf(runtime)),
                ("engines", string.Join(", ", facts.Engines.Select(engine => engine.Name).Distinct())), ("handler", UsualHandler(runtime)));
        }
    }

    IEnumerable<DoctorLine> Of(NodeEngine engine, EngineHandler handler, string runtime)
    {
        if (handler.Type.Length == 0)
        {
            yield return LineOf(runtime, "no-type", $"{handler.File}: {handler.Name}", ("engine", engine.Name), ("handler", handler.Name), ("file", handler.File),
                ("keys", engine.Name == NodeEngines.Docker ? "path or runtimeType" : "runtime_type"));
            yield break;
        }
        if (engine.IsCri && !ObjectNames.IsLabel(handler.Name))
        {
            yield return LineOf(runtime, "bad-name", $"{handler.File}: {handler.Name}", ("handler", handler.Name));
            yield break;
        }
        yield return LineOf(runtime, "found", handler.File, ("engine", engine.Name), ("handler", handler.Name), ("type", handler.Binary ?? handler.Type));
        if (engine.Containerd is { } containerd && !containerd.Annotations.Contains(handler.Name))
        {
            yield return LineOf(runtime, "annotations", $"{handler.File}: {handler.Name}.pod_annotations", ("handler", handler.Name), ("glob", runtime == "gvisor" ? "dev.gvisor.*" : "io.katacontainers.*"));
        }
    }

    // What stands in the file below the table of another version, and is not what the engine sees.
    IEnumerable<DoctorLine> Ignored(NodeEngine engine)
    {
        if (engine.Containerd is not { } setup) yield break;
        var file = setup.FromFile ?? setup.Read;
        var wanted = DoctorWords.DialectFor(engine.Version) ?? setup.Read.Dialect;
        // A version that this containerd does not know is read by no table at all.
        var foreign = setup.FromFile is { } own && own.Handlers.Length > 0 && setup.Facts.Dump is not null ? own.Handlers.Select(handler => handler.Name) : [];
        foreach (var name in file.Ignored.Concat(foreign).Distinct())
        {
            if (engine.Handlers.Any(handler => handler.Name == name) || EngineHandler.RuntimeOfName(name) is not { } runtime) continue;
            yield return LineOf(runtime, "ignored", engine.File, ("engine", engine.Name), ("handler", name), ("file", engine.File),
                ("version", file.HasVersion ? file.Dialect.Version.ToString(CultureInfo.InvariantCulture) + (file.Ignored.Contains(name) ? "" : $", which containerd {engine.Version} does not read") : "1"),
                ("unsaid", file.HasVersion ? "" : ", which a file without `version` has"), ("wanted", wanted.Version.ToString(CultureInfo.InvariantCulture)), ("table", DoctorWords.TableOf(wanted, name)));
        }
    }

    static string UsualHandler(string runtime) => RuntimePreset.Filled(RuntimePreset.Of(runtime, null).Handler, TargetParser.Parse(runtime, runtime));
}
