using SyscallProbe.Recording.Running;

namespace SyscallProbe.Recording.Tests.Running;

/// <summary>What crictl prints: the messages of the CRI's api.proto (v1) as JSON, cut to what is read and a little more.</summary>
public sealed class CriEngineTests
{
    const string List = """{"containers":[{"id":"0f1e","podSandboxId":"77aa","metadata":{"name":"web","attempt":0},"state":"CONTAINER_RUNNING","labels":{}}]}""";

    const string Container = """
        {"status":{"id":"0f1e","metadata":{"attempt":0,"name":"web"},"state":"STATE","image":{"image":"registry/web:1"},"labels":{"io.kubernetes.pod.name":"web-0"}},"info":{"sandboxID":"77aa","pid":4711}}
        """;

    [Theory]
    [InlineData("CONTAINER_RUNNING", 4711, "running")]
    [InlineData("CONTAINER_EXITED", 0, "exited")]
    public void A_container_is_read_with_its_pod_and_its_process(string state, int pid, string word)
    {
        var listed = CriEngine.ParseList(new CriEngine(), List).Should().ContainSingle().Subject;

        listed.IsExactly("web").Should().BeTrue();
        listed.IsExactly("we").Should().BeFalse();
        listed.BeginsWith("0f").Should().BeTrue();
        CriEngine.ParseContainer(listed, Container.Replace("STATE", state, StringComparison.Ordinal)).Should()
            .Be(new FoundContainer("CRI (crictl)", "0f1e", "web of the pod web-0", pid, word, "registry/web:1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"containers":[{}]}""")]
    public void An_answer_of_another_form_is_said_to_be_that(string json) =>
        FluentActions.Invoking(() => CriEngine.ParseList(new CriEngine(), json)).Should().Throw<EngineException>().WithMessage("crictl: its answer is not of the form that is known: *");
}
