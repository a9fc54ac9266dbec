using System.Collections.Immutable;
using System.Text;
using k8s;
using k8s.Models;
using SyscallProbe.Guest;
using SyscallProbe.Kubernetes;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Recommend;

public sealed class ArtefactsTests
{
    static readonly ArtefactChoices s_default = new(ContainerEngines.Containerd, null, null, null, null, null, HasSystemd: true, Abi.Amd64);

    static ArtefactPlan Plan(string target, ArtefactChoices? choices = null, params ReadOnlySpan<ManifestWorkload> workloads) => ArtefactPlan.Of(TargetParser.Parse(target), choices ?? s_default, [.. workloads]);

    static Artefact Part(ArtefactPlan plan, ArtefactPart part) => Artefacts.Of(plan).Single(artefact => artefact.Part == part);

    public static TheoryData<string, string?> Everything =>
    [
        .. from preset in RuntimePreset.All.Where(preset => preset.Runtime == "gvisor")
           from release in (string[])["release-20200907.0", "release-20221219.0", "release-20260817.0"]
           select new TheoryDataRow<string, string?>($"gvisor@{release}", preset.Name),
        .. from preset in RuntimePreset.All.Where(preset => preset.Runtime == "kata")
           from release in (string[])["2.0.0", "2.5.0", "3.10.0", "3.32.0", "4.1.0"]
           from shim in GuestKernels.Known.Hypervisors(KataReleases.Known.Parse(release), Abi.Amd64)
           select new TheoryDataRow<string, string?>($"kata@{release},hypervisor={shim}", preset.Name),
    ];

    [Theory, MemberData(nameof(Everything))]
    public void Every_class_is_taken_by_the_strict_reader_of_Kubernetes_own_model(string target, string? preset)
    {
        var plan = Plan(target, s_default with { Preset = preset });

        var read = KubernetesYaml.Deserialize<V1RuntimeClass>(Part(plan, ArtefactPart.RuntimeClass).Text, strict: true);

        read.ApiVersion.Should().Be("node.k8s.io/v1");
        read.Kind.Should().Be("RuntimeClass");
        read.Metadata.Name.Should().Be(plan.Class.Name);
        read.Handler.Should().Be(plan.Class.Handler);
        (read.Scheduling?.NodeSelector ?? new Dictionary<string, string>()).Should().BeEquivalentTo(plan.Class.NodeSelector);
        (read.Scheduling?.Tolerations?.Count ?? 0).Should().Be(plan.Class.Tolerations.Length);
        (read.Overhead?.PodFixed["memory"].ToDecimal()).Should().Be(Number(plan.Class.Overhead?.Memory));
        (read.Overhead?.PodFixed["cpu"].ToDecimal()).Should().Be(Number(plan.Class.Overhead?.Cpu));

        static decimal? Number(string? text) => text is not null && Quantity.TryParse(text, out var number) ? number : null;
    }

    [Theory, MemberData(nameof(Everything))]
    public void No_place_for_a_name_is_left_in_any_text(string target, string? preset)
    {
        foreach (var engine in ContainerEngines.All.Where(engine => engine == ContainerEngines.Containerd || RuntimePreset.Of(target.Split('@')[0], preset).IsByHand))
        {
            foreach (var artefact in Artefacts.Of(Plan(target, s_default with { Preset = preset, Engine = engine })))
            {
                string.Concat(artefact.Text, string.Concat(artefact.Notes)).Should().NotMatchRegex(@"\{(release|date|point|class|handler|kernel|shim|shim_path|configuration)\}").And.NotContain("  \n");
                artefact.Text.Should().EndWith("\n");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_handler_is_under_the_name_of_the_version_that_was_asked_for(int version)
    {
        var config = Part(Plan("gvisor", s_default with { Dialect = ContainerdDialect.Of(version, null) }), ArtefactPart.Config);

        // A text to append has the version in the file that it goes into.
        var file = config.Path == "/etc/containerd/config.toml" && version > 1 ? $"version = {version}\n{config.Text}" : config.Text;
        var read = ContainerdConfig.Read(Encoding.UTF8.GetBytes(file), "config.toml");
        read.Dialect.Version.Should().Be(version);
        read.Handlers.Should().Equal(new ContainerdHandler("runsc", "io.containerd.runsc.v1", null, "/etc/containerd/runsc.toml"));
        read.Ignored.Should().BeEmpty();
    }

    [Fact]
    public void Without_a_version_there_is_a_text_for_each_way_of_naming()
    {
        var configs = Artefacts.Of(Plan("gvisor")).Where(artefact => artefact.Part == ArtefactPart.Config).ToArray();

        configs.Select(config => config.Path).Should().Equal("/etc/containerd/config.toml", "/etc/containerd/conf.d/60-runsc.toml");
        configs[0].Notes[0].Should().StartWith("append it, and do not import it");
    }

    [Fact]
    public void The_verdicts_flags_are_runscs_under_a_handler_of_their_own()
    {
        var plan = Plan("gvisor@release-20260817.0,net-raw=true,iouring=true,overlay2=none,platform=kvm,nvproxy-driver-version=580.126.20");

        plan.Class.Handler.Should().Be("runsc-iouring-net-raw-overlay2-none");
        plan.Class.Name.Should().Be("gvisor-iouring-net-raw-overlay2-none");
        var runsc = SyscallProbe.Toml.TomlFile.Read(Encoding.UTF8.GetBytes(Part(plan, ArtefactPart.Runsc).Text), "runsc.toml");
        runsc.KeysBelow("runsc_config").Should().Equal("iouring", "net-raw", "overlay2", "platform", "systemd-cgroup");
        runsc.Find("runsc_config", "platform")!.Text.Should().Be("kvm");
        Part(plan, ArtefactPart.Runsc).Path.Should().Be("/etc/containerd/runsc-iouring-net-raw-overlay2-none.toml");
        Part(Plan("gvisor,net-raw=true", s_default with { Engine = ContainerEngines.Docker }), ArtefactPart.Config).Text.Should().Contain("\"--net-raw=true\"").And.NotContain("systemd");
    }

    // The shim maps every value to a text: runsc_config is a map of strings in pkg/shim/v1/runsc/options.go.
    [Fact]
    public void Values_of_runscs_configuration_are_texts() =>
        Part(Plan("gvisor,net-raw=true"), ArtefactPart.Runsc).Text.Should().Contain("net-raw = \"true\"").And.Contain("systemd-cgroup = \"true\"");

    [Theory]
    [InlineData("gvisor@release-20220314.0", true, false)]
    [InlineData("gvisor@release-20220321.0", true, true)]
    [InlineData("gvisor@release-20260817.0", false, false)]
    public void Systemd_is_told_to_a_runsc_that_knows_it(string target, bool hasSystemd, bool isTold) =>
        Plan(target, s_default with { HasSystemd = hasSystemd }).Flags.ContainsKey("systemd-cgroup").Should().Be(isTold);

    [Fact]
    public void Names_that_would_be_too_long_become_short_ones()
    {
        var plan = Plan("gvisor,net-raw=true,iouring=true,allow-packet-socket-write=true,gvisor-marker-file=true,mount-cgroup-v2=true");

        plan.Class.Handler.Should().Be("runsc-custom");
        Plan("gvisor,TESTONLY-nftables=true").Class.Handler.Should().Be("runsc-testonly-nftables");
    }

    [Theory]
    [InlineData("gvisor", null, OverheadBasis.Assumed)]
    [InlineData("kata", null, OverheadBasis.Published)]
    [InlineData("gvisor", "96Mi", OverheadBasis.Measured)]
    [InlineData("kata", "400Mi", OverheadBasis.Measured)]
    public void Overhead_says_how_it_is_known(string target, string? memory, OverheadBasis basis) =>
        Plan(target, memory is null ? s_default : s_default with { Overhead = ("100m", memory) }).Class.Overhead!.Basis.Should().Be(basis);

    [Theory]
    [InlineData("gvisor", "gke")]
    [InlineData("gvisor", "minikube")]
    [InlineData("kata@2.0.0,hypervisor=qemu", null)]
    public void Where_nobody_publishes_an_overhead_for_a_class_there_is_none(string target, string? preset) => Plan(target, s_default with { Preset = preset }).Class.Overhead.Should().BeNull();

    [Theory]
    [InlineData("kata@3.11.0,hypervisor=qemu", "kubectl apply", "helm")]
    [InlineData("kata@3.12.0,hypervisor=qemu", "helm install", "kubectl apply")]
    public void Steps_are_those_of_the_release(string target, string has, string hasNot) =>
        Part(Plan(target), ArtefactPart.Install).Text.Should().Contain(has).And.NotContain(hasNot);

    [Theory]
    [InlineData("gvisor,net-raw=true", "gke", "the preset gke cannot give runsc the flag net-raw, on which the verdict stands")]
    [InlineData("gvisor", "kata-deploy", "gvisor has no preset 'kata-deploy'")]
    [InlineData("gvisor,outcome:clone3=EPERM", null, "'outcome:clone3' is forced for an experiment and no runtime can be configured so")]
    [InlineData("runc", null, "runc is what pods have without a RuntimeClass: there is nothing to apply")]
    public void What_cannot_be_applied_is_refused(string target, string? preset, string what)
    {
        var planning = () => Plan(target, s_default with { Preset = preset });

        planning.Should().Throw<FailureException>().Which.Failure.What.Should().Be(what);
    }

    [Fact]
    public void A_hostile_value_of_a_flag_stays_a_text()
    {
        var target = TargetParser.Parse("gvisor@release-20260817.0,overlay2=\"\n[evil]\n\e]0;x\a'$(reboot)");
        var plan = ArtefactPlan.Of(target, s_default, []);

        ObjectNames.IsLabel(plan.Class.Handler).Should().BeTrue(plan.Class.Handler);
        Part(plan, ArtefactPart.RuntimeClass).Text.Should().NotContain("\e").And.NotContain("\n[evil]");
        var runsc = SyscallProbe.Toml.TomlFile.Read(Encoding.UTF8.GetBytes(Part(plan, ArtefactPart.Runsc).Text), "runsc.toml");
        runsc.Find("runsc_config", "overlay2")!.Text.Should().Be("\"\n[evil]\n\e]0;x\a'$(reboot)");
        string.Concat(Artefacts.Of(plan).Select(artefact => artefact.Text)).Should().NotContain("\e");
    }

    [Fact]
    public void A_preset_that_configures_nodes_itself_leaves_no_file_to_write()
    {
        Artefacts.Of(Plan("kata")).Select(artefact => artefact.Part).Should().Equal(ArtefactPart.Needs, ArtefactPart.Install, ArtefactPart.RuntimeClass, ArtefactPart.Patch, ArtefactPart.Kubectl, ArtefactPart.Verify);
        var crio = () => Plan("kata", s_default with { Engine = ContainerEngines.Crio });
        crio.Should().Throw<FailureException>().Which.Failure.What.Should().Be("the preset kata-deploy configures the nodes itself");
    }

    [Fact]
    public void Docker_has_nothing_of_a_cluster() =>
        Artefacts.Of(Plan("gvisor", s_default with { Engine = ContainerEngines.Docker })).Select(artefact => artefact.Part)
            .Should().Equal(ArtefactPart.Needs, ArtefactPart.Install, ArtefactPart.Config, ArtefactPart.Start, ArtefactPart.Verify);

    [Fact]
    public void The_patch_goes_where_the_kind_has_its_pods()
    {
        var plan = Plan("gvisor", null,
            new ManifestWorkload("Deployment", "shop", "web", "all.yaml", 1), new ManifestWorkload("CronJob", null, "report", "all.yaml", 20),
            new ManifestWorkload("Rollout", "shop", "canary", "all.yaml", 40), new ManifestWorkload("Pod", null, "one", "it's.yaml", 1), new ManifestWorkload("Job", null, "once", "all.yaml", 50));

        Part(plan, ArtefactPart.Kubectl).Text.Should().Be("""
            kubectl patch deployment web -n shop --type=strategic -p '{"spec":{"template":{"spec":{"runtimeClassName":"gvisor"}}}}'
            kubectl patch cronjob report --type=strategic -p '{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"runtimeClassName":"gvisor"}}}}}}'
            kubectl patch rollout canary -n shop --type=merge -p '{"spec":{"template":{"spec":{"runtimeClassName":"gvisor"}}}}'
            # a running Pod keeps its class: this deletes it and makes it anew
            kubectl patch --local -f 'it'\''s.yaml' --type=strategic -p '{"spec":{"runtimeClassName":"gvisor"}}' -o yaml | kubectl replace --force -f -
            # a running Job keeps its class: this deletes it and makes it anew
            kubectl get job once -o yaml | kubectl patch --local -f - --type=strategic -p '{"spec":{"template":{"spec":{"runtimeClassName":"gvisor"}}}}' -o yaml | kubectl replace --force -f -

            """);
    }

    [Theory]
    [InlineData("Pod", "$(reboot)", null)]
    [InlineData("Pod", "(no name)", null)]
    [InlineData("Pod; reboot", "web", null)]
    [InlineData("Pod", "web", "a b")]
    public void A_workload_whose_name_no_cluster_takes_is_in_no_command(string kind, string name, string? space)
    {
        var plan = Plan("gvisor", null, new ManifestWorkload(kind, space, name, "a.yaml", 1), new ManifestWorkload("Pod", null, "good", "b.yaml", 1));

        Part(plan, ArtefactPart.Kubectl).Text.Should().Contain("\nkubectl patch --local -f b.yaml").And.NotContain("reboot").And.NotContain("a.yaml");
        Part(plan, ArtefactPart.Patch).Notes.Should().Equal("left out: 1 workload whose name no cluster takes");
    }
}
