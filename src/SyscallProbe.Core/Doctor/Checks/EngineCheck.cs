namespace SyscallProbe.Doctor.Checks;

/// <summary>Which engines the node has, and whether they can be used for sandboxes at all.</summary>
sealed class EngineCheck : DoctorCheck<NodeView>
{
    protected override string Name => "engine";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Engines.IsEmpty) yield return Line("none");
        foreach (var engine in facts.Engines)
        {
            var containerd = engine.Containerd?.Facts;
            if (engine.Error is { } error)
            {
                yield return Line("bad-config", engine.File, ("engine", engine.Name), ("error", error), ("command", engine.Name == NodeEngines.Containerd ? $"containerd --config {engine.File} config dump" : $"less {engine.File}"));
                continue;
            }
            yield return Line("found", containerd is null ? engine.File : $"{containerd.Binary ?? engine.File}{(containerd.Pid is { } pid ? $", process {pid}" : ", does not run")}", ("engine", engine.Name), ("version", engine.Version));
            if (engine.Containerd is { IsCriDisabled: true }) yield return Line("cri-disabled", $"{engine.File}: disabled_plugins", ("file", engine.File));
            if (engine.HasSelinux)
            {
                var key = engine.Name == NodeEngines.Crio ? "selinux" : "enable_selinux";
                yield return Line("selinux", $"{engine.File}: {key} = true", ("engine", engine.Name), ("fix", $"{key} = false in {engine.File}"));
            }
        }
    }
}
