namespace SyscallProbe.Doctor.Checks;

/// <summary>Whether virtual machines can really be made, and where not, why.</summary>
sealed class KvmCheck : DoctorCheck<NodeView>
{
    // include/uapi/linux/kvm.h: the only version since Linux 2.6.22.
    const int ApiVersion = 12;

    protected override string Name => "kvm";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        var machine = facts.Facts.Virtualization;
        var seen = $"{(machine.IsVirtual ? "a virtual machine" : "no hypervisor below")}, {machine.HasExtensions switch { true => "processor with vmx or svm", false => "processor without vmx and svm", _ => "processor that does not tell" }}";
        if (machine.Kvm is not { } kvm)
        {
            return machine.Devices.Contains("/dev/mshv") ? [Line("mshv", seen)]
                : [Line(machine.HasExtensions == true ? "absent" : machine.IsVirtual ? "no-nested" : machine.HasExtensions is null ? "absent" : "firmware", seen)];
        }
        if (kvm.IsRefused) return [Line("access", kvm.Error!)];
        if (kvm.Error is { } error) return [Line("broken", seen, ("error", error))];
        if (kvm.ApiVersion != ApiVersion) return [Line("broken", seen, ("error", $"its API has version {kvm.ApiVersion} and not {ApiVersion}"))];
        return machine.IsVirtual ? [Line("ok", "KVM_GET_API_VERSION 12, KVM_CREATE_VM"), Line("nested", seen)] : [Line("ok", "KVM_GET_API_VERSION 12, KVM_CREATE_VM")];
    }
}

/// <summary>Whether the agent in a guest can be reached.</summary>
sealed class VhostCheck : DoctorCheck<NodeView>
{
    protected override string Name => "vhost";

    public override IEnumerable<DoctorLine> Judge(NodeView facts)
    {
        var machine = facts.Facts.Virtualization;
        // The device of a module that is not loaded is there as well, where the kernel has an alias for it: opening it loads the module.
        yield return machine.Devices.Contains("/dev/vhost-vsock") ? Line("ok", "/dev/vhost-vsock") : Line("no-vsock", machine.Modules.Contains("vhost_vsock") ? "the module vhost_vsock is loaded" : "the module vhost_vsock is not loaded");
        if (!machine.Modules.Contains("vhost_net") && !machine.Devices.Contains("/dev/vhost-net")) yield return Line("no-net", "/sys/module/vhost_net, /dev/vhost-net");
    }
}
