using SyscallProbe.Matrix;
using SyscallProbe.Pods;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Pods;

/// <summary>What the fields of a pod mean under each runtime, with line and field.</summary>
public sealed class PodAssessorTests
{
    const string Limits = "resources: {limits: {cpu: 1, memory: 1Gi}}";

    [Theory]
    [InlineData("hostNetwork: true", PodSpecs.Gvisor, "gv5001 fails blocking spec.hostnetwork:4")]
    [InlineData("hostNetwork: true", PodSpecs.Gvisor + ",network=host", "gv5001 differs degraded spec.hostnetwork:4")]
    [InlineData("hostNetwork: true", PodSpecs.Kata, "kt1001 fails blocking spec.hostnetwork:4")]
    [InlineData("hostPID: true", PodSpecs.Gvisor, "gv5002 differs unknown spec.hostpid:4")]
    [InlineData("hostUsers: false", "gvisor@release-20260427.0", "gv5014 fails blocking spec.hostusers:4")]
    [InlineData("hostUsers: false", PodSpecs.Gvisor, "gv5014 conditional unknown spec.hostusers:4")]
    [InlineData("overhead: {cpu: 1}", PodSpecs.Kata, "rc1002 conditional unknown spec.overhead:4")]
    [InlineData("volumes: [{name: s, hostPath: {path: /var/run/docker.sock}}]", PodSpecs.Gvisor, "gv5007 fails blocking spec.volumes[0].hostpath.path:4")]
    [InlineData("volumes: [{name: s, hostPath: {path: /dev}}]", PodSpecs.Kata, "kt1006 differs blocking spec.volumes[0].hostpath.path:4")]
    [InlineData("securityContext: {sysctls: [{name: net.core.somaxconn, value: '9'}]}", PodSpecs.Gvisor, "gv5006 ignored degraded spec.securitycontext.sysctls[0].name:4")]
    [InlineData("securityContext: {sysctls: [{name: net.core.somaxconn, value: '9'}]}", PodSpecs.Kata, "kt1005 differs harmless spec.securitycontext.sysctls[0].name:4")]
    [InlineData("securityContext: {seccompProfile: {type: Localhost}}", PodSpecs.Gvisor, "gv5005 ignored degraded spec.securitycontext.seccompprofile.type:4")]
    public void A_field_of_the_pod(string spec, string target, string expected) =>
        PodSpecs.Found(PodSpecs.Pod(spec, Limits), target).Where(found => !found.StartsWith("gv5013", StringComparison.Ordinal)).Should().Equal(expected);

    [Theory]
    [InlineData("hostNetwork: false")]
    [InlineData("shareProcessNamespace: true")]
    [InlineData("securityContext: {sysctls: [{name: fs.nr_open, value: '9'}], seccompProfile: {type: Unconfined}}")]
    [InlineData("volumes: [{name: s, hostPath: {path: /srv/data}}, {name: t, emptyDir: {}}]")]
    public void What_works_as_under_runc_is_no_finding(string spec) =>
        PodSpecs.Found(PodSpecs.Pod(spec, Limits), PodSpecs.Gvisor).Should().Equal("gv5013 conditional harmless spec.containers[0].resources.limits:7");

    [Theory]
    [InlineData("securityContext: {capabilities: {add: [NET_RAW]}}", PodSpecs.Gvisor, "gv5004 ignored unknown spec.containers[0].securitycontext.capabilities.add[0]:6")]
    [InlineData("securityContext: {capabilities: {add: [NET_RAW]}}", PodSpecs.Gvisor + ",net-raw=true", "")]
    [InlineData("securityContext: {privileged: true}", PodSpecs.Gvisor, "gv5003 differs degraded spec.containers[0].securitycontext.privileged:6")]
    [InlineData("resources: {limits: {nvidia.com/gpu: 1}}", "gvisor@release-20220606.0", "gv5011 fails blocking spec.containers[0].resources.limits.nvidia.com/gpu:6")]
    [InlineData("resources: {limits: {nvidia.com/gpu: 1, cpu: 1, memory: 1Gi}}", PodSpecs.Kata, "kt1012 fails blocking spec.containers[0].resources.limits.nvidia.com/gpu:6")]
    [InlineData("resources: {limits: {cpu: 1}}", PodSpecs.Kata, "kt1007 differs degraded spec.containers[0].resources.limits.memory:6")]
    [InlineData("image: x", PodSpecs.Kata, "kt1007 differs degraded spec.containers[0].resources.limits.memory:5")]
    [InlineData("volumeMounts: [{name: v, mountPropagation: Bidirectional}]", PodSpecs.Gvisor, "gv5009 fails blocking spec.containers[0].volumemounts[0].mountpropagation:6")]
    public void A_field_of_a_container(string container, string target, string expected) =>
        PodSpecs.Found(PodSpecs.Pod("", container), target).Where(found => !found.StartsWith("gv5013", StringComparison.Ordinal))
            .Should().Equal(expected.Split(';', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Init_and_ephemeral_containers_are_looked_at_too() =>
        PodSpecs.Found(PodSpecs.Pod("initContainers: [{name: i, securityContext: {privileged: true}}]\nephemeralContainers: [{name: e, securityContext: {privileged: true}}]"), PodSpecs.Gvisor)
            .Should().Equal("gv5003 differs degraded spec.initcontainers[0].securitycontext.privileged:4", "gv5003 differs degraded spec.ephemeralcontainers[0].securitycontext.privileged:5");

    [Fact]
    public void A_volume_of_one_container_is_not_shared_and_of_two_is()
    {
        const string volume = "volumes: [{name: v, emptyDir: {}}]";
        const string mount = "volumeMounts: [{name: v, mountPath: /v}]";

        PodSpecs.Found(PodSpecs.Pod(volume, mount), PodSpecs.Gvisor).Should().BeEmpty();
        PodSpecs.Found(PodSpecs.Pod(volume + "\ninitContainers: [{name: i, " + mount + "}]", mount), PodSpecs.Gvisor).Should().Equal("gv5012 differs harmless spec.volumes[0]:4");
    }

    [Fact]
    public void The_annotation_of_old_stands_beside_the_pod_s_spec() =>
        PodSpecs.Found(PodSpecs.Read("kind: Deployment\nspec:\n  template:\n    metadata:\n      annotations:\n        io.kubernetes.cri.untrusted-workload: 'true'\n    spec: {containers: [{name: a}]}\n")[0], PodSpecs.Gvisor)
            .Should().Equal("rc1001 fails blocking spec.template.metadata.annotations.io.kubernetes.cri.untrusted-workload:6");

    [Fact]
    public void Under_runc_nothing_is_found() => PodSpecs.Found(PodSpecs.Pod("hostNetwork: true\nhostPID: true"), "runc").Should().BeEmpty();

    [Fact]
    public void Every_row_can_decide_has_a_text_and_a_source()
    {
        foreach (var rule in PodRule.All)
        {
            rule.Source.Should().NotBeEmpty();
            (rule.Consequence is null).Should().Be(rule.Outcome == OutcomeKind.Works, "a row for {0} finds something or nothing", rule.Field.Text);
            (rule.Rule.Length == 0).Should().Be(rule.Consequence is null);
            if (rule.Rule.Length > 0) FindingTexts.Find(rule.Rule).Should().NotBeNull("{0} is named by a row for {1}", rule.Rule, rule.Field.Text);
            if (rule.Since.Length > 0 && rule.Runtime == "gvisor") GvisorReleases.Known.Parse(rule.Since).Index.Should().BePositive();
            if (rule.Outcome == OutcomeKind.Conditional) rule.Condition.Should().NotBeNull();
        }
    }
}
