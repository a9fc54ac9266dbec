using System.Diagnostics;

namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>What <c>manifest</c> prints is taken by the programs that it is for.</summary>
public sealed class ManifestToolsTests : IDisposable
{
    // The validators of this release are made from Kubernetes' own OpenAPI.
    const string Models = "kubernetes-models@5.1.0";

    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-manifest-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static string Manifest(params string[] args)
    {
        var (exit, output, error) = TestHost.Run(["manifest", .. args]);
        exit.Should().Be(0, error);
        return output;
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    (int Exit, string Output) Run(string program, params string[] args)
    {
        var start = new ProcessStartInfo(HostRequirement.PathOf(program)!, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    // Debian's containerd is 1.6: it reads versions 1 and 2.
    [Theory]
    [InlineData("gvisor,net-raw=true", "plain", "1", "runsc-net-raw", "io.containerd.runsc.v1")]
    [InlineData("gvisor,net-raw=true", "plain", "2", "runsc-net-raw", "io.containerd.runsc.v1")]
    [InlineData("kata", "plain", "2", "kata-qemu-runtime-rs", "io.containerd.kata-qemu-runtime-rs.v2")]
    public void Containerd_has_the_handler_with_its_type(string target, string preset, string version, string handler, string type)
    {
        HostRequirement.Require(program: "containerd");
        var text = Manifest("--target", target, "--preset", preset, "--containerd-config", version, "--part", "config");
        var main = "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\nruntime_type = \"io.containerd.runc.v2\"\n";
        var file = Write("config.toml", version == "1" ? text : $"version = {version}\n{main}{text}");

        var (exit, dump) = Run("containerd", "--config", file, "config", "dump");

        exit.Should().Be(0, dump);
        var read = SyscallProbe.Kubernetes.ContainerdConfig.Read(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("time=", StringComparison.Ordinal)))), "dump");
        read.Handlers.Should().Contain(found => found.Name == handler && found.RuntimeType == type && found.ConfigPath != null);
        if (version != "1") read.Handlers.Should().Contain(found => found.Name == "runc", "what the file says beside it stays");
    }

    // Why the text of version 2 says that it must not be imported.
    [Fact]
    public void Containerd_1_takes_an_imported_file_for_all_of_the_plugin()
    {
        HostRequirement.Require(program: "containerd");
        Assert.SkipUnless(Run("containerd", "--version").Output.Contains(" 1."), "needs containerd 1.x");
        var fragment = Write("fragment.toml", "version = 2\n" + Manifest("--runtime", "gvisor", "--containerd-config", "2", "--part", "config"));
        var file = Write("config.toml", $"version = 2\nimports = [\"{fragment}\"]\n[plugins.\"io.containerd.grpc.v1.cri\"]\nmax_container_log_line_size = 4242\n");

        var (_, dump) = Run("containerd", "--config", file, "config", "dump");

        dump.Should().Contain("runtimes.runsc]").And.NotContain("4242");
    }

    [Theory]
    [InlineData("samples/pods/untrusted-build.yaml", "spec:", "runtimeClassName: gvisor")]
    [InlineData("tests/SyscallProbe.Cli.Tests/cases/manifest-pod/cron.yaml", "jobTemplate:", "runtimeClassName: gvisor")]
    public void Kubectl_applies_the_patch(string manifest, string above, string line)
    {
        HostRequirement.Require(program: "kubectl");
        var patch = Write("patch.yaml", Manifest("--runtime", "gvisor", "--pod", Repo.PathOf(manifest), "--part", "patch"));

        var (exit, patched) = Run("kubectl", "patch", "--local", "-f", Repo.PathOf(manifest), "--type=strategic", "--patch-file", patch, "-o", "yaml");

        exit.Should().Be(0, patched);
        patched.Should().Contain(above).And.Contain(line).And.Contain("image:", "a merge leaves the rest");
    }

    [Fact]
    public void Kubectl_takes_the_line_that_is_printed_as_it_is()
    {
        HostRequirement.Require(programs: ["kubectl", "sh"]);
        var line = Manifest("--runtime", "gvisor", "--pod", Repo.PathOf("samples/pods/untrusted-build.yaml"), "--part", "kubectl").TrimEnd('\n');
        line.Should().EndWith(" -o yaml | kubectl replace --force -f -");

        // The last command needs a cluster.
        var (exit, patched) = Run("sh", "-c", line[..line.LastIndexOf('|')]);

        exit.Should().Be(0, patched);
        patched.Should().Contain("name: untrusted-build").And.Contain("runtimeClassName: gvisor");
    }

    [Fact]
    public void The_validators_of_Kubernetes_OpenAPI_find_nothing_wrong()
    {
        HostRequirement.Require(programs: ["node", "npm"]);
        var (code, log) = Run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", _folder, Models, "yaml@2.8.1");
        Assert.SkipUnless(code == 0, $"npm cannot install {Models}: {log.Split('\n').FirstOrDefault(line => line.Contains("code", StringComparison.Ordinal))}");
        string[][] wanted = [["--runtime", "gvisor"], ["--runtime", "gvisor", "--preset", "gke"], ["--runtime", "gvisor", "--preset", "minikube"], ["--runtime", "kata"], ["--target", "kata@3.10.0,hypervisor=clh"], ["--target", "kata,hypervisor=qemu-nvidia-gpu"]];
        Write("classes.yaml", string.Join("---\n", wanted.Select(args => Manifest([.. args, "--part", "runtimeclass"]))));
        // Read by a parser that is not ours: what it takes for a number or a truth value is refused.
        Write("check.mjs", """
            import {readFileSync} from 'node:fs';
            import {parseAllDocuments} from 'yaml';
            import {RuntimeClass} from 'kubernetes-models/node.k8s.io/v1/RuntimeClass';
            const documents = parseAllDocuments(readFileSync('classes.yaml', 'utf8'));
            for (const document of documents) new RuntimeClass(document.toJS()).validate();
            try { new RuntimeClass({metadata: {name: 'a'}, scheduling: {nodeSelector: {a: true}}}).validate(); } catch { console.log(`${documents.length} right, 1 wrong`); }
            """);

        Run("node", Path.Combine(_folder, "check.mjs")).Should().Be((0, "6 right, 1 wrong\n"));
    }
}
