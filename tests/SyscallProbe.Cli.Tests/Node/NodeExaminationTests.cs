using System.Diagnostics;
using System.Runtime.Versioning;
using SyscallProbe.Cli.Node;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Doctor;
using SyscallProbe.Recording.Node;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests.Node;

/// <summary>What is gathered of a machine: of this one, and of folders that look like one.</summary>
[SupportedOSPlatform("linux")]
public sealed class NodeExaminationTests
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Fact]
    public void An_empty_machine_has_nothing_and_nothing_fails()
    {
        using var root = new TemporaryFolder();

        var facts = NodeExamination.Run(new Machine(root.Path, "/usr/bin:/bin", IsRoot: true, s_limit));

        facts.Missing.Should().BeEmpty();
        facts.Programs.Should().NotBeEmpty().And.OnlyContain(program => program.Path == null);
        facts.Containerds.Should().BeEmpty();
        facts.Virtualization.Kvm.Should().BeNull();
        NodeDoctor.Examine(facts, [], "1.0").Verdict.Should().Be(Readiness.Broken);
    }

    [Fact]
    public void KVM_is_what_a_direct_look_at_the_device_says()
    {
        var facts = KvmDevice.Ask(KvmDevice.Path);

        if (!File.Exists(KvmDevice.Path)) facts.Should().BeNull();
        else if (facts!.Error is null) facts.ApiVersion.Should().Be(12);
        else facts.Error.Should().Contain(KvmDevice.Path);
    }

    [Fact]
    public void A_file_that_is_no_KVM_does_not_work()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "kvm");
        File.WriteAllText(file, "");

        KvmDevice.Ask(file).Should().BeEquivalentTo(new KvmFacts(null, false, $"ioctl KVM_GET_API_VERSION '{file}': ENOTTY (25, inappropriate ioctl for device)"));
        KvmDevice.Ask(file + "x").Should().BeNull();
    }

    [Theory]
    [InlineData("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\n  runtime_type = \"io.containerd.runsc.v1\"\n", "found")]
    [InlineData("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\n  runtime_typ = \"io.containerd.runsc.v1\"\n", "no-type")]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\n  runtime_type = \"io.containerd.runsc.v1\"\n", "ignored")]
    [InlineData("version = 3\n[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.runsc]\n  runtime_type = \"io.containerd.runsc.v1\"\n", "ignored")]
    public void What_the_real_containerd_makes_of_a_file_decides(string config, string expected)
    {
        HostRequirement.Require(program: "containerd");
        Assert.SkipUnless(RunOf("containerd", "--version").Contains(" 1."), "needs containerd 1.x, which reads files of versions 1 and 2");
        using var root = new TemporaryFolder();
        Write(root, "/etc/containerd/config.toml", config);
        Link(root, "/usr/bin/containerd", HostRequirement.PathOf("containerd")!);

        var report = NodeDoctor.Examine(NodeExamination.Run(new Machine(root.Path, "", IsRoot: false, s_limit)), ["gvisor"], "1.0");

        report.Lines.Where(line => line.Check == "handler" && line.Runtime == "gvisor").Select(line => line.Case).Should().Contain(expected);
        report.Lines.Should().Contain(line => line.Check == "engine" && line.Case == "found" && line.What.StartsWith("containerd 1."));
    }

    [Fact]
    public void A_file_that_containerd_cannot_read_is_told_in_its_own_words()
    {
        HostRequirement.Require(program: "containerd");
        using var root = new TemporaryFolder();
        Write(root, "/etc/containerd/config.toml", "version = [\n");
        Link(root, "/usr/bin/containerd", HostRequirement.PathOf("containerd")!);

        var facts = NodeExamination.Run(new Machine(root.Path, "", IsRoot: false, s_limit));

        facts.Containerds.Single().DumpError.Should().StartWith("exit code ");
        NodeDoctor.Examine(facts, [], "1.0").Lines.Should().Contain(line => line.Case == "bad-config" && line.What.Contains("exit code"));
    }

    [Fact]
    public void Programs_that_hang_fail_or_cannot_be_started_are_facts()
    {
        using var root = new TemporaryFolder();
        Script(root, "/usr/local/bin/runsc", "#!/bin/sh\nexec sleep 60\n");
        Script(root, "/usr/sbin/runc", "#!/bin/sh\necho broken library >&2\nexit 3\n");
        Script(root, "/opt/kata/bin/kata-runtime", "#!/no/such/interpreter\n");
        var start = Stopwatch.GetTimestamp();

        var facts = NodeExamination.Run(new Machine(root.Path, "", IsRoot: false, TimeSpan.FromSeconds(1)));

        Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(30));
        facts.Programs.Single(one => one.Name == "runsc").Error.Should().Be("no answer within 1 s");
        facts.Programs.Single(one => one.Name == "runc").Error.Should().Be("exit code 3: broken library");
        facts.Programs.Single(one => one.Name == "kata-runtime").Error.Should().NotBeNull();
        facts.Missing.Should().BeEmpty();
    }

    [Fact]
    public void Platforms_are_those_on_which_this_machine_really_runs_a_container()
    {
        HostRequirement.Require(root: true, program: "runsc");

        var facts = NodeExamination.Run(new Machine("", Environment.GetEnvironmentVariable("PATH")!, IsRoot: true, s_limit));

        facts.Platforms.Select(one => one.Platform).Should().Equal("systrap", "kvm", "ptrace");
        facts.Platforms.Should().Contain(one => one.Error == null, "verify runs workloads under this runsc");
        var report = NodeDoctor.Examine(facts, ["gvisor"], "1.0");
        report.Lines.Where(line => line.Check == "platform" && line.Case == "works").Should().HaveCount(facts.Platforms.Count(one => one.Error is null));
        report.Lines.Should().Contain(line => line.Check == "runsc" && line.Status == DoctorStatus.Ok);
        report.Lines.Where(line => line.Check == "kvm" && line.Case == "ok").Should().HaveCount(KvmDevice.Ask(KvmDevice.Path) is { Error: null } ? 1 : 0);
    }

    [Fact]
    public void Files_that_a_configuration_names_are_looked_for()
    {
        using var root = new TemporaryFolder();
        Write(root, "/etc/containerd/config.toml", "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.kata]\n  runtime_type = \"io.containerd.kata.v2\"\n"
            + "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.kata.options]\n  ConfigPath = \"/opt/kata/c.toml\"\n");
        Write(root, "/opt/kata/c.toml", "[hypervisor.qemu]\npath = \"/opt/kata/qemu\"\nkernel = \"/opt/kata/vmlinux\"\n");
        Write(root, "/opt/kata/vmlinux", "");

        var facts = NodeExamination.Run(new Machine(root.Path, "", IsRoot: false, s_limit));

        facts.Files["/opt/kata/vmlinux"].IsThere.Should().BeTrue();
        NodeDoctor.Examine(facts, ["kata"], "1.0").Lines.Should().ContainSingle(line => line.Case == "part-missing").Which.What.Should().Be("the configuration names a hypervisor that is not there: /opt/kata/qemu");
    }

    [Theory]
    [InlineData("kind: KubeletConfiguration\ncgroupDriver: cgroupfs\n", "cgroupfs")]
    [InlineData("kind: KubeletConfiguration\n", null)]
    [InlineData("{", null)]
    public void What_the_kubelet_manages_cgroups_by_is_read(string config, string? driver)
    {
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root.Path + "/sys/fs/cgroup");
        Write(root, "/sys/fs/cgroup/cgroup.controllers", "cpu\n");
        Write(root, "/var/lib/kubelet/config.yaml", config);

        NodeExamination.Run(new Machine(root.Path, "", IsRoot: false, s_limit)).Cgroup.Should().Be(new CgroupFacts(2, false, null, driver));
    }

    static void Write(TemporaryFolder root, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(root.Path + path)!);
        File.WriteAllText(root.Path + path, text);
    }

    static void Script(TemporaryFolder root, string path, string text)
    {
        Write(root, path, text);
        File.SetUnixFileMode(root.Path + path, (UnixFileMode)0x1ed); // 0755
    }

    static void Link(TemporaryFolder root, string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(root.Path + path)!);
        File.CreateSymbolicLink(root.Path + path, target);
    }

    static string RunOf(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
