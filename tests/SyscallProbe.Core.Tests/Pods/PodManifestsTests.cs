using SyscallProbe.Pods;

namespace SyscallProbe.Core.Tests.Pods;

/// <summary>Which objects of a manifest make pods, and where.</summary>
public sealed class PodManifestsTests
{
    const string Spec = "spec: {containers: [{name: a}, {name: b}]}";

    [Theory]
    [InlineData("kind: Pod\nmetadata: {name: n, namespace: s}\n" + Spec, "Pod s/n:1 ")]
    [InlineData("kind: Deployment\nmetadata: {name: n}\nspec: {template: {" + Spec + "}}", "Deployment n:1 spec.template.")]
    [InlineData("kind: CronJob\nmetadata: {name: n}\nspec: {jobTemplate: {spec: {template: {" + Spec + "}}}}", "CronJob n:1 spec.jobTemplate.spec.template.")]
    [InlineData("kind: PodTemplate\nmetadata: {name: n}\ntemplate: {" + Spec + "}", "PodTemplate n:1 template.")]
    [InlineData("kind: Rollout\nmetadata: {generateName: n-}\nspec: {template: {" + Spec + "}}", "Rollout n-:1 spec.template.")]
    [InlineData("kind: Service\nspec: {ports: []}\n---\nkind: Pod\n" + Spec, "Pod (no name):4 ")]
    public void An_object_with_a_pod_template_is_a_workload(string yaml, string expected) =>
        PodSpecs.Read(yaml).Select(workload => $"{workload}:{workload.Line} {workload.Prefix}").Should().Equal(expected);

    [Fact]
    public void Lists_are_opened_in_their_order() =>
        PodSpecs.Read("{\"kind\": \"List\", \"items\": [{\"kind\": \"Pod\", \"metadata\": {\"name\": \"x\"}, \"spec\": {\"containers\": []}}, {\"kind\": \"PodList\", \"items\": [{\"kind\": \"Pod\", \"metadata\": {\"name\": \"y\"}, \"spec\": {\"containers\": []}}]}]}")
            .Select(workload => workload.Name).Should().Equal("x", "y");

    [Theory]
    [InlineData("", "found an empty file")]
    [InlineData("kind: Service\n---\nkind: Secret\n", "found Service, Secret")]
    public void A_file_without_pods_is_refused(string yaml, string expected) =>
        new Action(() => PodSpecs.Read(yaml)).Should().Throw<FailureException>().Which.Failure.What.Should().EndWith(expected);

    [Fact]
    public void The_default_container_is_that_of_kubectl()
    {
        PodSpecs.Read("kind: Pod\n" + Spec)[0].DefaultContainer.Should().Be("a");
        PodSpecs.Read("kind: Pod\nmetadata: {annotations: {kubectl.kubernetes.io/default-container: b}}\n" + Spec)[0].DefaultContainer.Should().Be("b");
    }
}
