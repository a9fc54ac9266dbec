using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SyscallProbe.Doctor;
using SyscallProbe.Recording.Host;
using SyscallProbe.Yaml;

namespace SyscallProbe.Cli.Node;

/// <summary>Kernel, sysctls, cgroups and NVIDIA's driver.</summary>
sealed partial class KernelSource : IFactSource
{
    static readonly string[] s_sysctls = ["user.max_user_namespaces", "vm.max_map_count", "kernel.yama.ptrace_scope"];

    public string What => "kernel and cgroups";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        var sysctls = s_sysctls.Select(name => (name, machine.TextOf("/proc/sys/" + name.Replace('.', '/'))?.Trim())).Where(one => one.Item2 is not null).ToImmutableSortedDictionary(one => one.name, one => one.Item2!);
        var driver = machine.TextOf("/proc/driver/nvidia/version") is { } text && Driver().Match(text) is { Success: true, Value: var version } ? version : null;
        var (kernel, cgroup) = (HostKernel.Release, CgroupOf(machine));
        return facts => facts with { Kernel = kernel, Sysctls = sysctls, Cgroup = cgroup, NvidiaDriver = driver };
    }

    static CgroupFacts? CgroupOf(Machine machine)
    {
        if (!machine.Has("/sys/fs/cgroup")) return null;
        var isSystemd = machine.Has("/run/systemd/system");
        int? version = null;
        if (isSystemd && machine.Find("systemctl", ["/usr/bin", "/bin"]) is { } systemctl && machine.Ask(systemctl, ["--version"], out _) is { } run
            && run.OutputText.Split(' ') is ["systemd", var number, ..] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            version = parsed;
        }
        return new CgroupFacts(machine.Has("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1, isSystemd, version, DriverOf(machine));
    }

    // The kubelet's default is cgroupfs, but it asks the container runtime first: without a word of its own it is not known.
    static string? DriverOf(Machine machine)
    {
        try
        {
            return NodePlaces.Files("kubelet", "config").Select(machine.TextOf).FirstOrDefault(text => text is not null) is { } config
                && YamlReader.Read(Encoding.UTF8.GetBytes(config), "the kubelet's configuration") is [var document, ..] ? document.TextOf("cgroupDriver") : null;
        }
        catch (FailureException)
        {
            return null;
        }
    }

    // NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.06  Wed Jun 26 06:46:07 UTC 2024
    [GeneratedRegex(@"\b\d{3}\.\d+(\.\d+)?\b")]
    private static partial Regex Driver();
}
