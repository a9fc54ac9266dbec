using System.Collections.Immutable;
using SyscallProbe.Pods;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Pods;

/// <summary>One RuntimeClass for all containers: a verdict is never better than what is known of each.</summary>
public sealed class PodVerdictTests
{
    static readonly TargetReport s_compatible = new("t", Verdict.Compatible, "release-20260817.0", [], []);
    static readonly TargetReport s_inconclusive = new("t", Verdict.Inconclusive, null, ["the trace has no calls"], []);

    static TargetReport Judge(string spec, params (string Name, TargetReport? Report)[] containers)
    {
        var pod = PodSpecs.Pod(spec, "resources: {limits: {cpu: 1, memory: 1Gi}}");
        return PodVerdict.Of("t", pod, [.. PodSpecs.Findings(pod, PodSpecs.Gvisor)], [.. containers.Select((container, index) => new ContainerReport(container.Name, $"spec.containers[{index}]", 6, container.Report))]);
    }

    [Fact]
    public void A_specification_alone_is_never_compatible() => Judge("", ("web", null)).Should().Match<TargetReport>(report =>
        report.Verdict == Verdict.Inconclusive && report.Reasons.Single() == "no trace: only the specification was judged, and what the containers call is not known");

    [Fact]
    public void A_blocking_field_is_enough_for_incompatible() => Judge("hostNetwork: true", ("web", null)).Verdict.Should().Be(Verdict.Incompatible);

    [Fact]
    public void One_container_with_a_trace_that_is_compatible_makes_the_pod_compatible()
    {
        var report = Judge("", ("web", s_compatible));

        (report.Verdict, report.MinimumRelease).Should().Be((Verdict.Compatible, "release-20260817.0"));
    }

    [Fact]
    public void A_degraded_field_is_a_caveat_and_keeps_no_minimum_release()
    {
        var report = Judge("securityContext: {seccompProfile: {type: Localhost}}", ("web", s_compatible));

        (report.Verdict, report.MinimumRelease).Should().Be((Verdict.Caveats, null));
    }

    [Fact]
    public void A_container_without_trace_is_named() => Judge("", ("web", s_compatible), ("proxy", null)).Reasons.Should().Equal("no trace of proxy: a RuntimeClass is for all containers of a pod");

    [Fact]
    public void What_is_inconclusive_of_one_container_is_so_of_the_pod() =>
        Judge("", ("web", s_compatible), ("proxy", s_inconclusive)).Reasons.Should().Equal("container proxy: the trace has no calls");

    [Fact]
    public void An_unknown_field_is_a_reason() => Judge("hostPID: true", ("web", s_compatible)).Reasons.Should().Equal("whether the pod can do without what spec.hostPID asks for is not known");

    [Fact]
    public void A_finding_of_a_trace_has_the_place_of_its_container()
    {
        var finding = Report.SampleReport.Value.Targets[0].Findings[0] with { Location = null, Consequence = Consequence.Blocking };
        var report = Judge("", ("web", s_compatible), ("proxy", s_compatible with { Verdict = Verdict.Incompatible, Findings = [finding] }));

        report.Verdict.Should().Be(Verdict.Incompatible);
        report.Findings[0].Location.Should().Be(new Location("pod.yaml", 6, "spec.containers[1]"));
    }
}
