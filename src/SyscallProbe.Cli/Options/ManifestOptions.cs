using SyscallProbe.Kubernetes;
using SyscallProbe.Recommend;

namespace SyscallProbe.Cli.Options;

/// <summary>The options of <c>manifest</c>: what is printed, and what it has to fit.</summary>
static class ManifestOptions
{
    public static readonly OptionSpec<string> Runtime = new()
    {
        Long = "--runtime", Variable = "RUNTIME", Category = OptionCategory.Target, Read = ReadRuntime,
        Summary = "gvisor, kata or kata-HYPERVISOR",
        Details = "The runtime whose artefacts are printed, gvisor, kata or a class of Kata such as kata-clh: of a report's targets the one of it with the best verdict, whatever the report recommends; "
            + "without a report its newest known release.",
        Example = "--runtime kata", DefaultNote = "the report's recommendation",
    };

    public static readonly OptionSpec<string> Preset = new()
    {
        Long = "--preset", Variable = "PRESET", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "what sets up the nodes",
        Details = "What sets up the nodes, which decides names, labels and taints: " + string.Join("; ", RuntimePreset.All.Select(preset => $"{preset.Name} for {preset.Runtime}, {preset.Text}")) + ".",
        Example = "--preset gke", DefaultNote = "plain for gvisor, kata-deploy for kata", Choices = [.. RuntimePreset.All.Select(preset => preset.Name).Distinct()],
    };

    public static readonly OptionSpec<string> Engine = new()
    {
        Long = "--engine", Variable = "ENGINE", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "what starts containers there",
        Details = "What starts the containers on the nodes, and whose configuration is printed. Docker knows no RuntimeClass: it takes the handler by name.",
        Example = "--engine crio", Default = ContainerEngines.All[0], Choices = ContainerEngines.All,
    };

    public static readonly OptionSpec<string> ContainerdConfig = new()
    {
        Long = "--containerd-config", Variable = "VERSION", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "version of the file, or the file itself",
        Details = "The version that the node's /etc/containerd/config.toml gives itself, or that file, from which the version is read. It decides under which name containerd looks for runtimes: a table "
            + "under another is passed over without a word.",
        Example = "--containerd-config 3", DefaultNote = "a text for each version that is in use",
    };

    public static readonly OptionSpec<string> CgroupManager = new()
    {
        Long = "--cgroup-manager", Variable = "MANAGER", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "what manages cgroups",
        Details = "What manages the node's cgroups. Under systemd, which all current distributions have, runsc is told so: else the limits of pods are not enforced, and nothing says that.",
        Example = "--cgroup-manager cgroupfs", Default = Systemd, Choices = [Systemd, "cgroupfs"],
    };

    public static readonly OptionSpec<string> Class = new()
    {
        Long = "--class", Variable = "NAME", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "name of the RuntimeClass",
        Details = "The name that pods give in runtimeClassName.",
        Example = "--class sandbox", DefaultNote = "the preset's, with the flags of a gVisor target",
    };

    public static readonly OptionSpec<string> Handler = new()
    {
        Long = "--handler", Variable = "NAME", Category = OptionCategory.Target, Read = OptionValues.Text,
        Summary = "name of the handler on the nodes",
        Details = "The name of the runtime in the node's configuration: letters a-z, digits and dashes, at most 63, as Kubernetes takes no other.",
        Example = "--handler runsc-kvm", DefaultNote = "the preset's, with the flags of a gVisor target",
    };

    public static readonly OptionSpec<(string Cpu, string Memory)> Overhead = new()
    {
        Long = "--overhead", Variable = "CPU,MEMORY", Category = OptionCategory.Target, Read = ReadOverhead,
        Summary = "overhead of a pod as you measured it",
        Details = "What a pod takes beside its containers, as you measured it on your nodes. Without it Kata's own number is taken, or for gVisor, which publishes none, an assumed one.",
        Example = "--overhead 100m,96Mi", DefaultNote = "published by Kata, assumed for gVisor",
    };

    public static readonly OptionSpec<string> Part = new()
    {
        Long = "--part", Variable = "PART", Category = OptionCategory.Output, Read = OptionValues.Text,
        Summary = "print one part alone",
        Details = "Prints one part and nothing else, to be piped on or written to a file: runtimeclass is what kubectl apply takes, config and runsc are files of a node.",
        Example = "--part runtimeclass", DefaultNote = "all, with what to do", Choices = [.. Enum.GetNames<ArtefactPart>().Select(name => name.ToLowerInvariant())],
    };

    /// <summary>All, in the order of help.</summary>
    public static IReadOnlyList<OptionSpec> Rows { get; } = [Runtime, Preset, Engine, ContainerdConfig, CgroupManager, Class, Handler, Overhead, Part];

    /// <summary>The value of <see cref="CgroupManager"/> for which runsc has to be told.</summary>
    public const string Systemd = "systemd";

    static string ReadRuntime(string text) => text is "gvisor" or "kata" || text.StartsWith("kata-", StringComparison.Ordinal) ? text : throw new FormatException("gvisor, kata or kata-HYPERVISOR");

    static (string Cpu, string Memory) ReadOverhead(string text) =>
        text.Split(',') is [var cpu, var memory] && Quantity.TryParse(cpu, out _) && Quantity.TryParse(memory, out _)
            ? (cpu, memory) : throw new FormatException("two quantities such as 100m,96Mi");
}
