using System.Diagnostics;
using System.Text.Json.Nodes;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>Containers of the real runc.</summary>
public sealed class BpfRecorderRuncTests
{
    [Fact]
    public void Of_a_container_every_call_is_recorded_and_none_of_runc()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc"], btf: true, amd64: true);
        using var recorder = BpfRecorder.Open();
        using var container = new Container("processes");
        recorder.Follow(container.InitPid);

        container.Start();
        var output = container.Wait();

        var calls = recorder.Read();
        calls.Lost.Should().Be(0);
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
    }

    [Fact]
    public void An_exec_into_it_is_recorded_unless_the_tool_itself_does_it()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc"], btf: true, amd64: true);
        using var stranger = new Stranger();
        using var folder = new TemporaryFolder();
        using var recorder = BpfRecorder.Open();
        using var container = new Container("hold", "loops");
        recorder.Follow(container.InitPid);
        container.Start();

        Container.Runc("exec", container.Id, "/loops");
        var outputOfExec = Path.Combine(folder.Path, "output");
        stranger.Run($"runc exec {container.Id} /loops > {outputOfExec}");
        var output = container.Wait();

        ExpectedCalls.Difference(recorder.Read().Observations, output + File.ReadAllText(outputOfExec)).Should().BeEmpty();
    }

    [Fact]
    public void What_shares_its_processes_and_not_its_mounts_belongs_to_another_container()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc", "nsenter"], btf: true, amd64: true);
        using var stranger = new Stranger();
        using var recorder = BpfRecorder.Open();
        using var container = new Container("hold");
        recorder.Follow(container.InitPid);
        container.Start();

        stranger.Run($"nsenter -t {container.InitPid} -p {Workload.Build("loops")} > /dev/null");
        var output = container.Wait();

        ExpectedCalls.Difference(recorder.Read().Observations, output).Should().BeEmpty();
    }

    /// <summary>A container that is created, with nothing but static programs in it.</summary>
    sealed class Container : IDisposable
    {
        readonly TemporaryFolder _bundle = new();
        readonly Process _create;

        public Container(string workload, params string[] others)
        {
            Directory.CreateDirectory(Path.Combine(_bundle.Path, "rootfs"));
            foreach (var name in (string[])[workload, .. others]) File.Copy(Workload.Build(name), Path.Combine(_bundle.Path, "rootfs", name));
            Runc("spec", "--bundle", _bundle.Path);
            var path = Path.Combine(_bundle.Path, "config.json");
            var config = JsonNode.Parse(File.ReadAllText(path))!;
            config["process"]!["terminal"] = false;
            config["process"]!["args"] = new JsonArray("/" + workload);
            config["root"]!["readonly"] = false;
            File.WriteAllText(path, config.ToJsonString());
            _create = Process.Start(new ProcessStartInfo("runc", ["create", "--bundle", _bundle.Path, Id]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            _create.WaitForExit();
            _create.ExitCode.Should().Be(0);
            InitPid = (int)JsonNode.Parse(Runc("state", Id))!["pid"]!;
        }

        public string Id { get; } = $"syscallprobe-test-{Guid.NewGuid():n}";

        public int InitPid { get; }

        public void Start() => Runc("start", Id);

        /// <summary>Closes its standard input and waits for its end; returns what it wrote.</summary>
        public string Wait()
        {
            _create.StandardInput.Close();
            return _create.StandardOutput.ReadToEnd();
        }

        public void Dispose()
        {
            Runc("delete", "--force", Id);
            _create.Dispose();
            _bundle.Dispose();
        }

        public static string Runc(params string[] arguments)
        {
            using var runc = Process.Start(new ProcessStartInfo("runc", arguments) { RedirectStandardOutput = true })!;
            var output = runc.StandardOutput.ReadToEnd();
            runc.WaitForExit();
            runc.ExitCode.Should().Be(0);
            return output;
        }
    }
}
