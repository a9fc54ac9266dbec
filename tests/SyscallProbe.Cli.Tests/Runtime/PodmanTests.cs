using System.Diagnostics;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary><c>podman --runtime .../syscallprobe-runtime</c> with Debian's Podman and an image made here.</summary>
public sealed class PodmanTests : IDisposable
{
    readonly RuntimeLink _link;
    readonly string _storage;

    public PodmanTests()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "podman", "tar"], btf: true, amd64: true);
        _link = new RuntimeLink();
        _storage = Directory.CreateDirectory(_link.Folder + "/storage").FullName;
        var files = Directory.CreateDirectory(_link.Folder + "/image").FullName;
        foreach (var name in (string[])["loops", "hold"]) File.Copy(Workload.Build(name), $"{files}/{name}");
        RuntimeLink.Run("tar", ["-C", files, "-cf", _link.Folder + "/image.tar", "."]).Exit.Should().Be(0);
        Podman("import", _link.Folder + "/image.tar", "localhost/workload").Exit.Should().Be(0);
    }

    [Fact]
    public void A_run_leaves_a_complete_trace_with_exact_counts()
    {
        var (exit, output, error) = Podman([.. Options("run", "--rm"), "localhost/workload", "/loops"]);

        (exit, error).Should().Be((0, ""));
        var trace = _link.Traces().Should().ContainSingle().Subject;
        ExpectedCalls.Difference(trace.Observations, output).Should().BeEmpty();
        trace.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
        trace.Subjects.Should().ContainSingle().Which.Argv.Should().Equal("/loops");
    }

    [Theory]
    [InlineData("private")]
    [InlineData("host")]
    public void What_podman_exec_runs_is_in_the_trace(string processes)
    {
        using var hold = Hold("hold", "--pid", processes);

        var (exit, executed, _) = Podman("exec", "hold", "/loops");
        var output = Release(hold);

        exit.Should().Be(0);
        var trace = _link.Traces().Should().ContainSingle().Subject;
        ExpectedCalls.Difference(trace.Observations, executed + output).Should().BeEmpty();
        trace.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
    }

    [Fact]
    public void Of_containers_that_share_their_processes_each_has_the_calls_of_its_own()
    {
        using var first = Hold("first");
        using var second = Hold("second", "--pid", "container:first");

        var (exit, executed, _) = Podman("exec", "second", "/loops");
        var outputOfSecond = Release(second);
        var outputOfFirst = Release(first);

        exit.Should().Be(0);
        var traces = _link.Traces().ToDictionary(trace => trace.Subjects[0].Argv[1]);
        ExpectedCalls.Difference(traces["first"].Observations, outputOfFirst).Should().BeEmpty();
        ExpectedCalls.Difference(traces["second"].Observations, executed + outputOfSecond).Should().BeEmpty();
        traces.Values.Should().OnlyContain(trace => trace.Evidence.Grade == EvidenceGrade.Complete);
    }

    [Fact]
    public void A_container_that_cannot_be_made_fails_as_with_runc_and_leaves_no_trace()
    {
        var (exit, _, error) = Podman([.. Options("run", "--rm"), "localhost/workload", "/absent"]);

        exit.Should().Be(127);
        error.Should().Contain("stat /absent: no such file or directory");
        _link.Traces().Should().BeEmpty();
    }

    [Theory]
    [InlineData("docker-archive")]
    [InlineData("oci-archive")]
    [InlineData("oci-dir")]
    public void What_podman_saves_is_recorded_from_its_first_instruction(string format)
    {
        var (image, file) = ($"{_link.Folder}/{format}", _link.Folder + "/image.trace.json");
        Podman("save", "--format", format, "--output", image, "localhost/workload").Exit.Should().Be(0);

        var (exit, output, error) = RuntimeLink.Run(
            AppContext.BaseDirectory + "/syscallprobe", ["record", "--image", image, "-o", file, "--", "/loops"]);

        exit.Should().Be(0, error);
        var trace = TraceJson.Read(File.ReadAllBytes(file), file);
        ExpectedCalls.Difference(trace.Observations, output).Should().BeEmpty();
        trace.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
        var subject = trace.Subjects.Should().ContainSingle().Subject;
        subject.Argv.Should().Equal("/loops");
        subject.Image.Should().Be("localhost/workload:latest");
    }

    [Fact]
    public void What_the_image_says_holds_and_options_win()
    {
        string[] changes = ["ENTRYPOINT [\"/bin/busybox\"]", "CMD [\"env\"]", "ENV A=image", "ENV B=image", "WORKDIR /srv", "USER 7:8"];
        HostRequirement.Require(program: "busybox");
        var image = _link.Folder + "/busybox.tar";
        var files = Directory.CreateDirectory(_link.Folder + "/files/bin").FullName;
        File.Copy(HostRequirement.PathOf("busybox")!, files + "/busybox");
        RuntimeLink.Run("tar", ["-C", _link.Folder + "/files", "-cf", _link.Folder + "/files.tar", "."]).Exit.Should().Be(0);
        Podman(["import", .. changes.SelectMany(change => (string[])["--change", change]), _link.Folder + "/files.tar", "localhost/busybox"]).Exit.Should().Be(0);
        Podman("save", "--output", image, "localhost/busybox").Exit.Should().Be(0);

        Output().Should().Contain("A=image\n").And.Contain("B=image\n");
        Output("--env", "A=option").Should().Contain("A=option\n").And.Contain("B=image\n").And.NotContain("A=image");
        Output("--", "sh", "-c", "pwd; id -u; id -g").Should().Be("/srv\n7\n8\n");
        Output("--user", "9", "--workdir", "/bin", "--", "sh", "-c", "pwd; id -u").Should().Be("/bin\n9\n");

        string Output(params string[] options)
        {
            var (exit, output, error) = RuntimeLink.Run(AppContext.BaseDirectory + "/syscallprobe", ["record", "--image", image, "-o", _link.Folder + "/busybox.trace.json", .. options]);
            exit.Should().Be(0, error);
            return output;
        }
    }

    public void Dispose()
    {
        Podman("rm", "--all", "--force");
        Podman("rmi", "--all", "--force");
        _link.Dispose();
    }

    string[] Global => ["--runtime", _link.Path, "--root", _storage, "--runroot", _link.Folder + "/run", "--tmpdir", _link.Folder + "/tmp", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"];

    // A container that waits, by its name and that of its argument.
    Process Hold(string name, params string[] more)
    {
        var hold = RuntimeLink.Start("podman", [.. Global, .. Options("run", ["--rm", "-i", "--name", name, .. more]), "localhost/workload", "/hold", name]);
        hold.StandardInput.Write("x");
        hold.StandardInput.Flush();
        SpinWait.SpinUntil(() => Podman("inspect", "--format", "{{.State.Status}}", name).Output == "running\n", TimeSpan.FromSeconds(30)).Should().BeTrue();
        return hold;
    }

    // Closes its standard input and waits for its end; returns what it wrote.
    static string Release(Process hold)
    {
        hold.StandardInput.Close();
        var output = hold.StandardOutput.ReadToEnd();
        hold.WaitForExit();
        return output;
    }

    // Limits that every host grants; no network, which needs packages of its own.
    static IEnumerable<string> Options(string command, params string[] more) => [command, "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", .. more];

    (int Exit, string Output, string Error) Podman(params string[] arguments) => RuntimeLink.Run("podman", [.. Global, .. arguments]);
}
