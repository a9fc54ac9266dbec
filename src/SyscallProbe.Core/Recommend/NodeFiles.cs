using System.Collections.Immutable;
using SyscallProbe.Kubernetes;
using SyscallProbe.Toml;

namespace SyscallProbe.Recommend;

/// <summary>Writes the TOML files that a node needs for a handler.</summary>
static class NodeFiles
{
    const string ContainerdFile = "/etc/containerd/config.toml";

    // The oldest that a containerd under support reads.
    const int OldestVersion = 2;

    /// <summary>runsc.toml: the flags of the handler. Every value is a text, or the shim refuses the file.</summary>
    public static Artefact Runsc(ArtefactPlan plan)
    {
        var (isCrio, handler) = (plan.Choices.Engine == ContainerEngines.Crio, plan.Class.Handler);
        var toml = new TomlText();
        if (isCrio) toml.Comment("the containers of a pod join the sandbox of its first one").Set("grouping", true);
        toml.Table("runsc_config");
        var known = RunscFlag.At(plan.Target);
        foreach (var (name, value) in plan.Flags)
        {
            if (known.FirstOrDefault(flag => flag.Name == name)?.Text is { } why) toml.Comment(why);
            toml.Set(name, value);
        }
        return new Artefact(ArtefactPart.Runsc, "Configure runsc, on each node", isCrio ? $"/etc/crio/{handler}.toml" : $"/etc/containerd/{handler}.toml", toml.ToString(), []);
    }

    /// <summary>The handler for containerd: a text for the version that was chosen, or one for each that may be met.</summary>
    public static IEnumerable<Artefact> Containerd(ArtefactPlan plan)
    {
        var notes = ContainerEngines.NotesOf(ContainerEngines.Containerd, plan.Target);
        if (plan.Choices.Dialect is { } chosen) return [Fragment(plan, chosen, [chosen.Version], notes)];
        // Versions that name things alike share a text; its header is the first one's, which newer releases read as well.
        return ContainerdDialect.All.Where(dialect => dialect.Version >= OldestVersion).GroupBy(dialect => (dialect.Plugin, dialect.Folder))
            .Select((alike, index) => Fragment(plan, alike.First(), [.. alike.Select(dialect => dialect.Version)], index == 0 ? notes : []));
    }

    /// <summary>The handler for CRI-O, a file of its own.</summary>
    public static Artefact Crio(ArtefactPlan plan)
    {
        var toml = new TomlText();
        if (plan.Target.Runtime == "gvisor") toml.Comment("with SELinux's labels no sandbox of gVisor starts").Table("crio", "runtime").Set("selinux", false);
        Options(toml, plan, ContainerEngines.Crio, ["crio", "runtime", "runtimes", plan.Class.Handler]);
        return new Artefact(ArtefactPart.Config, "Configure CRI-O, on each node", $"/etc/crio/crio.conf.d/99-{plan.Class.Handler}.conf", toml.ToString(), ContainerEngines.NotesOf(ContainerEngines.Crio, plan.Target));
    }

    static Artefact Fragment(ArtefactPlan plan, ContainerdDialect dialect, IReadOnlyList<int> versions, ImmutableArray<string> notes)
    {
        var toml = new TomlText();
        var isDropIn = dialect.Folder is not null;
        if (isDropIn) toml.Set("version", dialect.Version);
        else if (dialect.Version == 1) toml.Comment($"append to {ContainerdFile} where it has no line version = N, which makes it version 1");
        else toml.Comment($"append to {ContainerdFile}, which must begin with: version = {dialect.Version}", "without that line, or with another number, containerd passes this over and says nothing");
        Options(toml, plan, ContainerEngines.Containerd, dialect.PathOf(plan.Class.Handler));
        var path = isDropIn ? $"{dialect.Folder}/60-{plan.Class.Handler}.toml" : ContainerdFile;
        var title = $"Configure containerd, on each node whose {ContainerdFile} has version = {string.Join(" or ", versions)}";
        return new Artefact(ArtefactPart.Config, title, path, toml.ToString(),
            [isDropIn ? $"{ContainerdFile} must have imports = [\"{dialect.Folder}/*.toml\"], as it has by default from containerd 2.2 on"
                : $"append it, and do not import it: containerd 1.x takes an imported file for all that {ContainerdFile} says of its CRI plugin", .. notes]);
    }

    static void Options(TomlText toml, ArtefactPlan plan, string engine, ImmutableArray<string> path)
    {
        var table = "-";
        foreach (var option in HandlerOption.Of(plan.Target.Runtime, engine))
        {
            if (option.Table != table) toml.Table(option.Table.Length == 0 ? path : path.Add(option.Table));
            table = option.Table;
            toml.Set(option.Key, option.Value(plan.Fill));
        }
    }
}
