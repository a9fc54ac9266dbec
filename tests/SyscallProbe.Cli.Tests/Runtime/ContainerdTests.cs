using SyscallProbe.Cli.Tests.Runtime.Cri;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>Debian's containerd, by ctr and by the socket that a kubelet uses.</summary>
public sealed class ContainerdTests : IDisposable
{
    readonly RuntimeLink _link;
    readonly ContainerdServer _server;

    public ContainerdTests()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "containerd", "ctr"], btf: true, amd64: true);
        _link = new RuntimeLink();
        _server = new ContainerdServer(_link);
    }

    [Fact]
    public void A_run_by_ctr_leaves_a_complete_trace_with_exact_counts()
    {
        var (exit, output, error) = _server.Ctr("run", "--rm", "--runc-binary", _link.Path, "localhost/workload:latest", "by-ctr", "/loops");

        (exit, error).Should().Be((0, ""));
        var trace = _link.Traces().Should().ContainSingle().Subject;
        ExpectedCalls.Difference(trace.Observations, output).Should().BeEmpty();
        trace.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Containers_of_a_pod_are_recorded_with_what_is_executed_in_them_and_its_sandbox_is_not(bool sharesProcesses)
    {
        var (traces, executed) = RunPod(sharesProcesses ? NamespaceMode.Pod : NamespaceMode.Container);

        traces.Keys.Should().BeEquivalentTo("/loops", "/hold");
        traces["/loops"].Evidence.Grade.Should().Be(EvidenceGrade.Complete);
        traces["/loops"].Subjects[0].Image.Should().Be("localhost/workload:latest");
        ExpectedCalls.Difference(traces["/loops"].Observations, Logged("loops")).Should().BeEmpty();
        // Killed while it reads its standard input, which nobody writes to.
        ExpectedCalls.Difference(traces["/hold"].Observations, executed + "execve - success 1\nread - never 1\n").Should().BeEmpty();
        traces["/hold"].Evidence.Reasons.Should().BeEmpty();
    }

    // A container that ends by itself, and one in which something is executed before it is killed. Returns the traces by command, and what was printed.
    (Dictionary<string, SyscallProbe.Traces.Trace> Traces, string Executed) RunPod(NamespaceMode pid)
    {
        Assert.SkipUnless(File.Exists("/usr/lib/cni/ptp"), "needs the package containernetworking-plugins");
        var namespaces = new NamespaceOption { Pid = pid };
        var pod = new PodSandboxConfig
        {
            Metadata = new PodSandboxMetadata { Name = "pod", Uid = $"{Guid.NewGuid()}", Namespace = "default" }, LogDirectory = _server.Folder,
            Linux = new LinuxPodSandboxConfig { SecurityContext = new LinuxSandboxSecurityContext { NamespaceOptions = namespaces } },
        };
        var podId = _server.Runtime.RunPodSandbox(new RunPodSandboxRequest { Config = pod, RuntimeHandler = "syscallprobe-record" }).PodSandboxId;
        var (loops, hold) = (Create("loops", false), Create("hold", true));
        foreach (var id in (string[])[loops, hold]) _server.Runtime.StartContainer(new StartContainerRequest { ContainerId = id });

        var executed = _server.Runtime.ExecSync(new ExecSyncRequest { ContainerId = hold, Cmd = { "/loops" } });
        _server.Runtime.StopContainer(new StopContainerRequest { ContainerId = hold });
        _server.Runtime.RemovePodSandbox(new RemovePodSandboxRequest { PodSandboxId = podId });

        executed.ExitCode.Should().Be(0);
        return (_link.Traces().ToDictionary(trace => trace.Subjects[0].Argv[0]), executed.Stdout.ToStringUtf8());

        string Create(string name, bool hasInput) => _server.Runtime.CreateContainer(new CreateContainerRequest
        {
            PodSandboxId = podId, SandboxConfig = pod,
            Config = new ContainerConfig
            {
                Metadata = new ContainerMetadata { Name = name }, Image = new ImageSpec { Image = "localhost/workload:latest" }, Command = { "/" + name }, LogPath = name, Stdin = hasInput,
                Linux = new LinuxContainerConfig { SecurityContext = new LinuxContainerSecurityContext { NamespaceOptions = namespaces } },
            },
        }).ContainerId;
    }

    public void Dispose()
    {
        _server.Dispose();
        _link.Dispose();
    }

    // Each line behind "TIME stdout F ".
    string Logged(string name) => string.Join('\n', File.ReadLines($"{_server.Folder}/{name}").Select(line => line.Split(' ', 4)[3]));
}
