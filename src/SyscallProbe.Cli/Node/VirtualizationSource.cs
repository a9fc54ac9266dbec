using System.Collections.Immutable;
using SyscallProbe.Doctor;
using SyscallProbe.Recording.Node;

namespace SyscallProbe.Cli.Node;

/// <summary>What the machine has for virtual machines. Loads no module.</summary>
sealed class VirtualizationSource : IFactSource
{
    static readonly string[] s_devices = ["/dev/kvm", "/dev/mshv", "/dev/vhost-net", "/dev/vhost-vsock"], s_modules = ["kvm", "kvm_amd", "kvm_intel", "vhost", "vhost_net", "vhost_vsock"];

    public string What => "KVM";

    public Func<NodeFacts, NodeFacts> Gather(Machine machine)
    {
        var flags = machine.TextOf("/proc/cpuinfo")?.Split('\n').FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries);
        var found = new VirtualizationFacts(
            flags?.Contains("hypervisor") ?? machine.Has("/sys/hypervisor/type"),
            // Processors of arm64 list no such flag.
            flags is null ? null : flags.Contains("vmx") || flags.Contains("svm"),
            KvmDevice.Ask(machine.At(KvmDevice.Path)),
            [.. s_devices.Where(machine.Has)],
            [.. s_modules.Where(module => machine.Has("/sys/module/" + module))]);
        return facts => facts with { Virtualization = found };
    }
}
