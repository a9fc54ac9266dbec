using System.Diagnostics;
using SyscallProbe.Recording.Tests.Running;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary><c>--container</c> with engines from Debian's packages and an image made here: the container has been running for a while.</summary>
public sealed class RunningContainerTests : IDisposable
{
    readonly RuntimeLink _link = new();

    [Theory]
    [InlineData("private")]
    [InlineData("host")]
    public void A_container_of_Podman_is_recorded_by_its_name_with_what_is_executed_in_it(string processes)
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "podman", "tar"], btf: true, amd64: true);
        using var podman = new PodmanStorage(_link.Folder, ["late", "loops"]);
        using var late = RuntimeLink.Start("podman", podman.Run("--interactive", "--pid", processes, "--name", "held", "localhost/workload", "/late"));
        var pid = podman.PidOf("held");
        LateProgram.WaitUntilReady(pid);

        using var tool = new RunningTool(["record", "-o", _link.Folder + "/held.trace.json", "--container", "held"], podman.Environment);
        var (exit, executed, _) = podman.Ask("exec", "held", "/loops");
        var output = Release(late);

        exit.Should().Be(0);
        tool.End().Should().Be(0);
        var trace = tool.Trace();
        ExpectedCalls.Difference(trace.Observations, executed + output).Should().BeEmpty();
        trace.Subjects.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Image = "localhost/workload:latest" });
        trace.Subjects[0].Argv.Should().Equal("/late");
        trace.Subjects[0].Capabilities.Should().NotBeNull().And.NotBe(Capabilities.All);
        trace.Evidence.Should().BeEquivalentTo(new { Grade = EvidenceGrade.Partial, FromFirstInstruction = false, ExitCode = 0, Lost = 0UL, SeccompFilter = true });
        trace.Evidence.Reasons.Should().Contain(reason => reason.StartsWith($"late attachment: what ran before is not in the trace: process {pid} was started at ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_health_check_ends_the_recording_and_the_container_goes_on()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "podman", "tar", "nsenter"], btf: true, amd64: true);
        using var podman = new PodmanStorage(_link.Folder, ["late", "loops"]);
        using var late = RuntimeLink.Start("podman", podman.Run("--interactive", "--name", "held", "localhost/workload", "/late"));
        LateProgram.WaitUntilReady(podman.PidOf("held"));

        using var tool = new RunningTool(["check", "-f", "json", "-o", _link.Folder + "/report.json", "--trace-out", _link.Folder + "/t.trace.json", "--container", "held", "--health", "/loops"], podman.Environment);
        tool.End().Should().Be(4, "no verdict is positive on half a trace");

        var trace = tool.Trace("t.trace.json");
        trace.Evidence.Healthy.Should().BeTrue();
        trace.Evidence.ExitCode.Should().BeNull();
        trace.Observations.Should().BeEmpty("the health check is no part of the workload, which did nothing");
        Release(late).Should().Contain("getppid");
        late.ExitCode.Should().Be(0);
    }

    [Fact]
    public void A_container_of_containerd_is_recorded_by_its_id()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "containerd", "ctr"], btf: true, amd64: true);
        using var server = new ContainerdServer(_link);
        using var late = RuntimeLink.Start("ctr", ["--address", server.Socket, "--namespace", "k8s.io", "run", "--rm", "localhost/workload:latest", "by-ctr-late", "/late"]);
        var pid = 0;
        SpinWait.SpinUntil(() => (pid = PidOfTask(server)) != 0, TimeSpan.FromSeconds(60)).Should().BeTrue();
        LateProgram.WaitUntilReady(pid);

        // By the beginning of its id, which is enough.
        using var tool = new RunningTool(["record", "-o", _link.Folder + "/late.trace.json", "--container", "by-ctr"], new() { ["CONTAINERD_ADDRESS"] = server.Socket });
        var output = Release(late);

        tool.End().Should().Be(0);
        var trace = tool.Trace();
        ExpectedCalls.Difference(trace.Observations, output).Should().BeEmpty();
        trace.Subjects.Should().ContainSingle().Which.Image.Should().Be("localhost/workload:latest");
    }

    [Fact]
    public void What_is_not_there_does_not_run_or_is_there_twice_is_said()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "podman", "tar"], amd64: true);
        using var podman = new PodmanStorage(_link.Folder, ["late"]);
        var ids = (string[])[.. ((string[])["one", "two"]).Select(name => podman.Ask([.. podman.Run("--interactive", "--detach", "--name", name, "localhost/workload", "/late")[podman.Global.Count..]]).Output.Trim())];
        podman.Ask("create", "--name", "made", "localhost/workload", "/late").Exit.Should().Be(0);

        Refusal("absent").Should().StartWith("syscallprobe: error: no engine here has a container 'absent'; asked: ").And.Contain("podman (3 containers)");
        Refusal("made").Should().StartWith("syscallprobe: error: the container 'made' does not run: podman: ").And.Contain("(made), created\n");
        // Every id begins with nothing.
        var prefix = string.Concat(ids[0].Zip(ids[1]).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First));
        if (prefix.Length > 1) Refusal(prefix).Should().Contain("may be one of several containers");
        podman.Ask("rename", "one", ids[1]).Exit.Should().Be(0);
        Refusal(ids[1]).Should().StartWith($"syscallprobe: error: '{ids[1]}' may be one of several containers\n  at  podman: ").And.EndWith("  fix give the id of one of them\n");

        string Refusal(string name)
        {
            using var tool = new RunningTool(["record", "--container", name], podman.Environment, waits: false);
            tool.End().Should().Be(1);
            return tool.Error;
        }
    }

    public void Dispose() => _link.Dispose();

    static string Release(Process late)
    {
        late.StandardInput.Write("x");
        late.StandardInput.Close();
        var output = late.StandardOutput.ReadToEnd();
        late.WaitForExit();
        return output;
    }

    static int PidOfTask(ContainerdServer server) =>
        server.Ctr("tasks", "list").Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields is ["by-ctr-late", _, "RUNNING"]).Select(fields => int.Parse(fields[1])).FirstOrDefault();
}
