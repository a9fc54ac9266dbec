namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether the kernel is one that gVisor runs on.</summary>
sealed class KernelCheck : DoctorCheck<NodeView>
{
    protected override string Name => "kernel";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        var needed = GvisorLimits.ValueOf("kernel", facts.Runsc?.Nearest)!;
        if (facts.Facts.Kernel is { } kernel)
        {
            yield return DottedNumber.IsBelow(kernel, needed) ? Line("old", "/proc/sys/kernel/osrelease", ("kernel", kernel), ("needed", needed))
                : Line("ok", "/proc/sys/kernel/osrelease", ("kernel", kernel), ("architecture", facts.Facts.Architecture));
        }
        // runsc/hostsettings/hostsettings.go: 2 at least; maps below 4194304 are advice.
        if (facts.Facts.Sysctls.GetValueOrDefault("user.max_user_namespaces") is { } spaces && long.TryParse(spaces, out var most) && most < 2)
        {
            yield return Line("user-namespaces", "/proc/sys/user/max_user_namespaces", ("value", spaces));
        }
        if (facts.Facts.Found("runsc") is not null && facts.Facts.Sysctls.GetValueOrDefault("vm.max_map_count") is { } maps && long.TryParse(maps, out var count) && count < 65530)
        {
            yield return Line("map-count", "/proc/sys/vm/max_map_count", ("value", maps));
        }
    }
}

/// <summary>Whether gVisor is made for the processor.</summary>
sealed class CpuCheck : DoctorCheck<NodeView>
{
    protected override string Name => "cpu";

    public override IEnumerable<DoctorLine> Judge(NodeView facts) =>
        AbiNames.TryParse(facts.Facts.Architecture, out var abi) && abi is Abi.Amd64 or Abi.Arm64 ? [] : [Line("unsupported", "uname -m", ("architecture", facts.Facts.Architecture))];
}

/// <summary>Of which kind the machine's cgroups are.</summary>
sealed class CgroupCheck : DoctorCheck<NodeView>
{
    protected override string Name => "cgroup";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        if (facts.Facts.Cgroup is not { } cgroup) yield break;
        var systemd = cgroup.IsSystemd ? $" under systemd{(cgroup.SystemdVersion is { } version ? $" {version}" : "")}" : " without systemd";
        yield return Line("found", "/sys/fs/cgroup, /run/systemd/system", ("cgroups", $"version {cgroup.Version}{systemd}"));
        if (cgroup is { Version: 2, IsSystemd: true, SystemdVersion: { } own } && GvisorLimits.ValueOf("systemd", facts.Runsc?.Nearest) is { } least && DottedNumber.IsBelow($"{own}", least))
        {
            yield return Line("old-systemd", "systemctl --version", ("version", $"{own}"));
        }
    }
}
