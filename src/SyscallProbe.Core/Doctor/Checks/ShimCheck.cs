namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether each handler's shim is where its engine looks, and fits to the engine.</summary>
sealed class ShimCheck : DoctorCheck<NodeView>
{
    // docs/containerd-2.0.md: gone in 2.0.
    const string Obsolete = "io.containerd.runtime.v1.linux", ObsoleteFrom = "2.0";

    const string GvisorShim = "containerd-shim-runsc-v1";

    protected override string Name => "shim";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        foreach (var (engine, handler) in facts.Handlers.Where(one => one.Handler is { Runtime: not null, Type.Length: > 0 }))
        {
            if (handler.Type == Obsolete && !DottedNumber.IsBelow(engine.Version, ObsoleteFrom)) yield return Line("obsolete", $"{handler.File}: {handler.Name}", ("handler", handler.Name), ("type", handler.Type));
            else if (Of(facts, engine, handler) is { } line) yield return line;
        }
        // Before there is a handler its shim can be missing already.
        if (facts.Facts.Found("runsc") is not null && !facts.HandlersOf("gvisor").Any() && facts.Engines.FirstOrDefault(engine => engine.Containerd is not null) is { Containerd.Facts: { } containerd } usual && !containerd.Shims.ContainsKey(GvisorShim))
        {
            yield return Line("absent", $"{string.Join(':', containerd.SearchPath)} ({containerd.SearchPathFrom})", ("engine", usual.Name), ("shim", GvisorShim));
        }
        if (facts.Runsc?.Nearest is { } release && GvisorLimits.ValueOf("containerd", release) is { } least)
        {
            foreach (var engine in facts.Engines.Where(engine => engine.Containerd is not null && engine.Version.Length > 0 && DottedNumber.IsBelow(engine.Version, least)))
            {
                yield return Line("old-containerd", $"{engine.Containerd!.Facts.Binary} --version: {engine.Version}", ("release", facts.Runsc.Tag!), ("version", engine.Version));
            }
        }
    }

    DoctorLine? Of(NodeView facts, NodeEngine engine, EngineHandler handler)
    {
        var runtime = handler.Runtime!;
        if (handler.Binary is { } path)
        {
            // Without a folder it is looked for where we cannot look.
            return !path.StartsWith('/') ? null : facts.IsThere(path) ? LineOf(runtime, "found", path, ("shim", path)) : Missing(path, path, "");
        }
        if (engine.Containerd is not { } containerd || containerd.Read.Handlers.FirstOrDefault(other => other.Name == handler.Name)?.ShimName is not { } shim) return null;
        if (containerd.Facts.Shims.TryGetValue(shim, out var found)) return LineOf(runtime, "found", found, ("shim", shim));
        return Missing(shim, $"{string.Join(':', containerd.Facts.SearchPath)} ({containerd.Facts.SearchPathFrom})", shim.EndsWith("-runsc-v1", StringComparison.Ordinal) ? "; runsc of Debian comes without it" : "");

        DoctorLine Missing(string what, string where, string hint) => LineOf(runtime, "missing", where, ("handler", handler.Name), ("shim", what), ("engine", engine.Name), ("hint", hint));
    }
}
