using System.Text;
using SyscallProbe.Matrix;
using SyscallProbe.Toml;

namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether the shim understands its configuration, and whether runsc does what Kubernetes expects with it.</summary>
sealed class RunscConfigCheck : DoctorCheck<NodeView>
{
    const string Table = "runsc_config", SystemdCgroup = "systemd-cgroup", Cgroupfs = "cgroupfs";

    protected override string Name => "runsc-config";

    public override IEnumerable<DoctorLine> Judge(NodeView facts) => facts.RunscConfigs.SelectMany(config => Of(facts, config.Handler, config.Path, config.IsNamed));

    /// <summary>The flags that a file sets, by name; null where it is not there or cannot be read.</summary>
    public static IReadOnlyDictionary<string, TomlValue>? SettingsOf(NodeView facts, string path)
    {
        try
        {
            return facts.Facts.Files.GetValueOrDefault(path)?.Text is { } text ? Read(text, path) : null;
        }
        catch (FailureException)
        {
            return null;
        }
    }

    IEnumerable<DoctorLine> Of(NodeView facts, EngineHandler handler, string path, bool isNamed)
    {
        var file = facts.Facts.Files.GetValueOrDefault(path);
        if (isNamed && file is { IsThere: false }) return [Line("missing", path, ("handler", handler.Name))];
        if (file?.Error is { } error) return [Line("bad", path, ("error", error))];
        try
        {
            return Of(facts, path, file?.Text is { } text ? Read(text, path) : new Dictionary<string, TomlValue>());
        }
        catch (FailureException wrong)
        {
            return [Line("bad", wrong.Failure.Where ?? path, ("error", wrong.Failure.What))];
        }
    }

    List<DoctorLine> Of(NodeView facts, string path, Dictionary<string, TomlValue> settings)
    {
        var lines = new List<DoctorLine>();
        var flags = facts.Facts.RunscFlags;
        foreach (var (flag, value) in settings)
        {
            if (!value.IsString) lines.Add(Line("text", path, ("flag", flag), ("value", value.Text)));
            if (flags.Count > 0 && !flags.Contains(flag)) lines.Add(Line("unknown-flag", path, ("flag", flag), ("near", Nearest.Meant(flag, flags))));
        }
        foreach (var cell in PackedImage.Embedded.Table("gvisor/slow-settings").Cells("flag", "value", "why"))
        {
            if (settings.GetValueOrDefault(cell[0])?.Text == cell[1]) lines.Add(Line("slow", path, ("flag", cell[0]), ("value", cell[1]), ("why", cell[2])));
        }
        if (facts.Facts.Cgroup?.KubeletDriver == Cgroupfs)
        {
            if (settings.GetValueOrDefault(SystemdCgroup)?.Text == "true") lines.Add(Line("cgroupfs", $"{path}: {SystemdCgroup} = true; cgroupDriver of the kubelet", ("file", path)));
        }
        else if (facts.Facts.Cgroup is { Version: 2, IsSystemd: true } && settings.GetValueOrDefault(SystemdCgroup)?.Text != "true")
        {
            lines.Add(Line("limits", $"{path}: {SystemdCgroup} {(settings.TryGetValue(SystemdCgroup, out var set) ? $"= {set.Text}" : "is not set")}", ("file", path)));
        }
        if (lines.Count == 0) lines.Add(Line("ok", path, ("settings", settings.Count == 0 ? "defaults" : string.Join(", ", settings.Select(one => $"{one.Key}={one.Value.Text}")))));
        return lines;
    }

    static Dictionary<string, TomlValue> Read(string text, string path)
    {
        var toml = TomlFile.Read(Encoding.UTF8.GetBytes(text), path);
        return toml.KeysBelow(Table).Where(flag => toml.Find(Table, flag) is not null).ToDictionary(flag => flag, flag => toml.Find(Table, flag)!);
    }
}
