using SyscallProbe.Doctor;
using SyscallProbe.Doctor.Cluster;
using SyscallProbe.Report;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Doctor;

/// <summary>What is said of a node, from facts that no machine need have.</summary>
public sealed class NodeDoctorTests
{
    [Fact]
    public void A_node_on_which_all_works_is_ready()
    {
        var report = Examine(SampleNode.Value);

        report.Verdict.Should().Be(Readiness.Ready, Text(report));
        report.Runtimes.Should().Equal(new RuntimeReadiness("gvisor", Readiness.Ready), new RuntimeReadiness("kata", Readiness.Ready));
        report.Lines.Should().OnlyContain(line => line.Status <= DoctorStatus.Note);
    }

    [Theory]
    [InlineData("v2.1.4", "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]\n  runtime_typ = 'io.containerd.runsc.v1'\n", "handler/no-type", "runtime_type")]
    [InlineData("v2.1.4", "version = 3\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\n  runtime_type = 'io.containerd.runsc.v1'\n", "handler/ignored",
        "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc] in /etc/containerd/config.toml, with version = 3")]
    [InlineData("1.7.27", "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\n  runtime_type = 'io.containerd.runsc.v1'\n", "handler/ignored",
        "[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runsc] in /etc/containerd/config.toml, with version = 2")]
    [InlineData("v2.1.4", "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kata_qemu]\n  runtime_type = 'io.containerd.kata.v2'\n", "handler/bad-name", "rename")]
    [InlineData("v2.1.4", "version = 3\n", "handler/none", "syscallprobe manifest")]
    [InlineData("v2.1.4", "version = 3\ndisabled_plugins = ['cri']\n", "engine/cri-disabled", "disabled_plugins")]
    [InlineData("v2.1.4", "version = 3\n[plugins.'io.containerd.cri.v1.runtime']\nenable_selinux = true\n", "engine/selinux", "enable_selinux = false")]
    [InlineData("v2.1.4", "version = [\n", "engine/bad-config", "containerd --config /etc/containerd/config.toml config dump")]
    [InlineData("v2.1.4", "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]\n  runtime_type = 'io.containerd.other-runsc.v1'\n", "shim/missing", "containerd-shim-other-runsc-v1")]
    [InlineData("v2.1.4", "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]\n  runtime_type = 'io.containerd.runtime.v1.linux'\n", "shim/obsolete", "io.containerd.runsc.v1")]
    public void A_broken_configuration_of_containerd_is_broken_and_has_its_fix(string version, string config, string found, string fix)
    {
        var report = Examine(SampleNode.Value with { Containerds = [SampleNode.Containerd(config, config, version)] });

        var line = Line(report, found);
        line.Status.Should().Be(DoctorStatus.Broken);
        line.Fix.Should().Contain(fix);
        report.Verdict.Should().Be(Readiness.Broken);
    }

    [Fact]
    public void A_file_of_a_version_that_its_containerd_does_not_know_is_told_by_what_its_dump_leaves_out()
    {
        var report = Examine(SampleNode.Value with { Containerds = [SampleNode.Containerd(SampleNode.Containerd2, "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n", "1.6.20")] });

        var line = report.Lines.First(line => line is { Check: "handler", Case: "ignored", Runtime: "gvisor" });
        line.What.Should().Contain("version 3, which containerd 1.6.20 does not read");
        line.Fix.Should().Contain("version = 2");
    }

    [Theory]
    [InlineData("[runsc_config]\nsystemd-cgroup = true\n", "runsc-config/text")]
    [InlineData("[runsc_config]\ndirectfs = \"true\"\n", "runsc-config/limits")]
    [InlineData("[runsc_config]\nsystemd-cgroup = \"true\"\nsystem-cgroup = \"true\"\n", "runsc-config/unknown-flag")]
    [InlineData("[runsc_config\n", "runsc-config/bad")]
    [InlineData(null, "runsc-config/missing")]
    public void A_configuration_of_the_shim_that_breaks_pods_is_broken(string? text, string found) =>
        Line(Examine(SampleNode.WithFile("/etc/containerd/runsc.toml", text)), found).Status.Should().Be(DoctorStatus.Broken);

    [Fact]
    public void Where_the_kubelet_manages_cgroups_itself_systemd_cgroup_is_the_fault_and_not_the_cure()
    {
        var facts = SampleNode.Value with { Cgroup = new CgroupFacts(2, true, 252, "cgroupfs") };

        Line(Examine(facts), "runsc-config/cgroupfs").Status.Should().Be(DoctorStatus.Broken);
        Examine(facts with { Files = facts.Files.SetItem("/etc/containerd/runsc.toml", new FileFacts(true, "[runsc_config]\n")) }).Verdict.Should().Be(Readiness.Ready);
    }

    [Fact]
    public void A_shim_that_is_missing_is_told_before_there_is_a_handler()
    {
        var facts = SampleNode.Value with { Containerds = [SampleNode.Containerd("version = 3\n", "version = 3\n") with { Shims = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty }] };

        Line(Examine(facts), "shim/absent").Status.Should().Be(DoctorStatus.Broken);
    }

    [Fact]
    public void Labels_and_handler_of_a_node_are_held_against_the_classes_of_its_cluster()
    {
        var cluster = ClusterReader.Read("""
            {"kind":"List","items":[
             {"kind":"Node","metadata":{"name":"worker-1","labels":{"a":"b"}}},
             {"kind":"RuntimeClass","metadata":{"name":"gvisor"},"handler":"runsc","scheduling":{"nodeSelector":{"sandbox.gvisor.dev/runtime":"true"}}},
             {"kind":"RuntimeClass","metadata":{"name":"kata"},"handler":"kata"}]}
            """u8.ToArray(), "f");

        var report = NodeDoctor.Examine(SampleNode.Value, [], "1.0", cluster, "worker-1");

        Line(report, "label/missing").Fix.Should().Be("kubectl label node worker-1 sandbox.gvisor.dev/runtime=true");
        Line(report, "handler/class").What.Should().Be("RuntimeClass gvisor names the handler runsc of this node");
        Line(report, "handler/class-missing").What.Should().Be("RuntimeClass kata names the handler kata, which this node does not have; nearest: kata-qemu");
        Line(NodeDoctor.Examine(SampleNode.Value, [], "1.0", cluster, "worker-2"), "node/absent").What.Should().Be("the cluster has no node worker-2; nearest: worker-1");
    }

    [Fact]
    public void Settings_that_make_files_slow_are_warnings()
    {
        var report = Examine(SampleNode.WithFile("/etc/containerd/runsc.toml", SampleNode.RunscToml + "directfs = \"false\"\nplatform = \"ptrace\"\n"));

        report.Lines.Where(line => line.Case == "slow").Should().HaveCount(2);
        report.Verdict.Should().Be(Readiness.Warnings);
    }

    [Theory]
    [InlineData("release-20260209.1", "exact")]
    [InlineData("release-20260209.0", "unlisted")]
    [InlineData("release-20200928.0-105-g51913ba400cc", "after")]
    [InlineData("0.0~20221219.0", "exact")]
    [InlineData("release-20991231.0", "newer")]
    [InlineData("release-20221220.0", "unlisted")]
    [InlineData("VERSION_MISSING", "unnamed")]
    [InlineData("51913ba400cc", "unnamed")]
    public void A_version_of_runsc_is_found_among_the_releases(string version, string expected) =>
        Examine(SampleNode.WithRunsc(version)).Lines.Single(line => line.Check == "runsc").Case.Should().Be(expected);

    [Fact]
    public void A_shim_built_on_containerd_2_is_refused_by_containerd_1_6()
    {
        var config = "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\n  runtime_type = \"io.containerd.runsc.v1\"\n";
        var old = SampleNode.WithRunsc("release-20260817.0") with { Containerds = [SampleNode.Containerd(config, config, "1.6.20~ds1")] };

        Line(Examine(old), "shim/old-containerd").Status.Should().Be(DoctorStatus.Broken);
        Examine(old with { Containerds = [SampleNode.Containerd(config, config, "1.7.27")] }).Lines.Should().NotContain(line => line.Case == "old-containerd");
    }

    [Theory]
    [InlineData(true, false, "no-nested")]
    [InlineData(false, true, "absent")]
    [InlineData(false, false, "firmware")]
    public void Without_KVM_the_reason_is_named_and_gVisor_is_not_touched(bool isVirtual, bool hasExtensions, string found)
    {
        var report = Examine(SampleNode.Value with { Virtualization = SampleNode.Value.Virtualization with { IsVirtual = isVirtual, HasExtensions = hasExtensions, Kvm = null } });

        Line(report, $"kvm/{found}").Status.Should().Be(DoctorStatus.Broken);
        report.Runtimes.Should().Equal(new RuntimeReadiness("gvisor", Readiness.Ready), new RuntimeReadiness("kata", Readiness.Broken));
        report.Advice.Should().Contain("gVisor can be used here").And.Contain("Kata cannot be used here; to mend: kvm");
    }

    [Fact]
    public void What_is_not_installed_is_no_fault_unless_it_is_asked_for()
    {
        var facts = SampleNode.Value with
        {
            Programs = [.. SampleNode.Value.Programs.Where(one => !one.Name.StartsWith("kata", StringComparison.Ordinal))],
            Containerds = [SampleNode.Containerd(OnlyRunsc, OnlyRunsc)],
            Virtualization = SampleNode.Value.Virtualization with { Kvm = null },
        };

        Examine(facts).Verdict.Should().Be(Readiness.Ready);
        Examine(facts).Runtimes[1].Readiness.Should().Be(Readiness.Absent);
        Examine(facts, "kata").Verdict.Should().Be(Readiness.Broken);
        Examine(facts, "gvisor").Verdict.Should().Be(Readiness.Ready);
    }

    [Fact]
    public void Nothing_at_all_is_not_ready()
    {
        var bare = new NodeFacts { Architecture = "amd64", IsRoot = true, Virtualization = new VirtualizationFacts(true, false, null, [], []) };

        var report = Examine(bare);

        report.Verdict.Should().Be(Readiness.Broken);
        report.Lines.Where(line => line.Status == DoctorStatus.Broken).Select(line => $"{line.Check}/{line.Case}").Should().Contain(["engine/none", "runsc/missing", "kata/missing", "kvm/no-nested"]);
    }

    [Fact]
    public void An_ordinary_user_does_not_get_a_green_answer()
    {
        var report = Examine(SampleNode.Value with { IsRoot = false, Platforms = [] });

        report.Verdict.Should().Be(Readiness.Unknown);
        Line(report, "platform/not-root").Fix.Should().Contain("sudo");
    }

    [Fact]
    public void What_could_not_be_looked_at_is_a_line_and_not_health()
    {
        var report = Examine(SampleNode.Value with { Missing = [new MissingFacts("containerd", "it takes too long")] });

        report.Verdict.Should().Be(Readiness.Unknown);
        Line(report, "fact/not-gathered").What.Should().Be("containerd could not be examined: it takes too long");
    }

    [Theory]
    [InlineData("570.172.08", "supported")]
    [InlineData("580.95.05", "supported")]
    [InlineData("999.1.2", "unknown")]
    public void The_NVIDIA_driver_is_held_against_the_list_of_the_runsc_that_is_here(string driver, string found) =>
        Line(Examine(SampleNode.Value with { NvidiaDriver = driver }), $"nvidia/{found}").What.Should().Contain(driver);

    [Fact]
    public void Docker_and_CRIO_are_read_in_their_own_words()
    {
        var report = Examine(SampleNode.Value with
        {
            Containerds = [],
            Docker = new DockerFacts("Docker version 28.2.2, build e6534b4", "/etc/docker/daemon.json", """{"runtimes":{"runsc":{},"kata":{"runtimeType":"io.containerd.kata.v2"}}}"""),
            Crio = new CrioFacts("crio version 1.37.0", [("/etc/crio/crio.conf", "[crio.runtime]\nselinux = true\n"), ("/etc/crio/crio.conf.d/99-gvisor.conf", "[crio.runtime]\nselinux = false\n[crio.runtime.runtimes.runsc]\nruntime_path = \"/usr/local/bin/containerd-shim-runsc-v1\"\nruntime_type = \"vm\"\n")]),
        });

        report.Lines.Should().Contain(line => line.Check == "handler" && line.Case == "no-type" && line.Evidence == "/etc/docker/daemon.json: runsc")
            .And.Contain(line => line.Case == "found" && line.What == "Docker has the handler kata (io.containerd.kata.v2)")
            .And.Contain(line => line.Case == "found" && line.What == "CRI-O has the handler runsc (/usr/local/bin/containerd-shim-runsc-v1)")
            .And.NotContain(line => line.Case == "selinux", "a later file overrides");
    }

    [Fact]
    public void The_table_has_what_was_seen_and_what_to_do()
    {
        var hostile = "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.\"runsc\\u001b[31m\"]\n  runtime_type = 'io.containerd.runsc.v1'\n";
        var facts = SampleNode.Value with
        {
            Containerds = [SampleNode.Containerd(hostile, hostile)],
            Platforms = [new PlatformFacts("systrap", null, TimeSpan.FromMilliseconds(210)), new PlatformFacts("kvm", "no answer within 10 s", TimeSpan.FromSeconds(10))],
            Virtualization = new VirtualizationFacts(true, false, null, [], []),
            Recorder = new RecorderFacts("bpf BPF_MAP_CREATE: EPERM (1, operation not permitted)", "run as root", null),
        };

        Golden.Matches("tests/SyscallProbe.Core.Tests/Doctor/golden/node.table", Text(Examine(facts)));
    }

    static string OnlyRunsc => "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]\n  runtime_type = 'io.containerd.runsc.v1'\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc.options]\n  ConfigPath = '/etc/containerd/runsc.toml'\n";

    static DoctorReport Examine(NodeFacts facts, params string[] asked) => NodeDoctor.Examine(facts, asked, "1.0");

    static DoctorLine Line(DoctorReport report, string found) => report.Lines.Where(line => $"{line.Check}/{line.Case}" == found).Should().NotBeEmpty($"{found} is in\n{Text(report)}").And.Subject.First();

    static string Text(DoctorReport report)
    {
        using var text = new StringWriter { NewLine = "\n" };
        DoctorTable.Write(TextOutput.Plain(text, 110), report);
        return text.ToString();
    }
}
