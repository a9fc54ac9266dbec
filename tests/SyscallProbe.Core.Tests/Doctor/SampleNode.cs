using System.Collections.Immutable;
using SyscallProbe.Doctor;

namespace SyscallProbe.Core.Tests.Doctor;

/// <summary>A node on which both runtimes work, for tests to break.</summary>
static class SampleNode
{
    public const string Containerd2 =
        """
        version = 3
        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]
          runtime_type = 'io.containerd.runsc.v1'
          pod_annotations = ['dev.gvisor.*']
        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc.options]
          TypeUrl = 'io.containerd.runsc.v1.options'
          ConfigPath = '/etc/containerd/runsc.toml'
        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kata-qemu]
          runtime_type = 'io.containerd.kata-qemu.v2'
          runtime_path = '/opt/kata/bin/containerd-shim-kata-v2'
          pod_annotations = ['io.katacontainers.*']
        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kata-qemu.options]
          ConfigPath = '/opt/kata/configuration-qemu.toml'
        """;

    public const string RunscToml = "[runsc_config]\nsystemd-cgroup = \"true\"\n";

    /// <summary>Everything as it should be.</summary>
    public static NodeFacts Value { get; } = new()
    {
        Architecture = "amd64",
        Kernel = "6.1.0-40-amd64",
        IsRoot = true,
        Programs =
        [
            new ProgramFacts("runc", "/usr/sbin/runc", "runc version 1.3.0\ncommit: v1.3.0\n"), new ProgramFacts("runsc", "/usr/local/bin/runsc", "runsc version release-20260209.1\nspec: 1.2.0\n"),
            new ProgramFacts("kata-runtime", "/opt/kata/bin/kata-runtime", "kata-runtime  : 4.1.0\n   commit   : abc\n   OCI specs: 1.2.0\n"), new ProgramFacts("kata-ctl", null),
        ],
        Platforms = [new PlatformFacts("systrap", null, TimeSpan.FromMilliseconds(210)), new PlatformFacts("kvm", null, TimeSpan.FromMilliseconds(180)), new PlatformFacts("ptrace", null, TimeSpan.FromMilliseconds(400))],
        RunscFlags = ["directfs", "platform", "systemd-cgroup"],
        Virtualization = new VirtualizationFacts(false, true, new KvmFacts(12, false, null), ["/dev/kvm", "/dev/vhost-net", "/dev/vhost-vsock"], ["kvm", "kvm_intel", "vhost_net", "vhost_vsock"]),
        Cgroup = new CgroupFacts(2, true, 252),
        Containerds = [Containerd(Containerd2, Containerd2)],
        Recorder = new RecorderFacts(null, null, null),
        Files = ImmutableSortedDictionary<string, FileFacts>.Empty.WithComparers(StringComparer.Ordinal)
            .Add("/etc/containerd/runsc.toml", new FileFacts(true, RunscToml)).Add("/opt/kata/bin/containerd-shim-kata-v2", new FileFacts(true))
            .Add("/opt/kata/configuration-qemu.toml", new FileFacts(true, "[hypervisor.qemu]\npath = \"/opt/kata/bin/qemu\"\nkernel = \"/opt/kata/vmlinux\"\n"))
            .Add("/opt/kata/bin/qemu", new FileFacts(true)).Add("/opt/kata/vmlinux", new FileFacts(true)),
    };

    /// <summary>A containerd with these words.</summary>
    public static ContainerdFacts Containerd(string? file, string? dump, string version = "v2.1.4") => new("/usr/bin/containerd", version, 812, "/etc/containerd/config.toml", file, dump, null,
        ["/usr/local/bin", "/usr/bin"], "PATH of process 812", ImmutableSortedDictionary<string, string>.Empty.Add("containerd-shim-runsc-v1", "/usr/local/bin/containerd-shim-runsc-v1"));

    /// <summary>The same with a file changed; null takes it away.</summary>
    public static NodeFacts WithFile(string path, string? text) => Value with { Files = Value.Files.SetItem(path, text is null ? new FileFacts(false) : new FileFacts(true, text)) };

    /// <summary>The same with another runsc.</summary>
    public static NodeFacts WithRunsc(string version) => Value with { Programs = [.. Value.Programs.Select(one => one.Name == "runsc" ? one with { Output = $"runsc version {version}\nspec: 1.0.2\n" } : one)] };
}
