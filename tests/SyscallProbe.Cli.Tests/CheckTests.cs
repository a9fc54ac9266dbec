using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests;

/// <summary>The main job from end to end: the built program, the real runc, real workloads.</summary>
/// <remarks>Alone: any start of the tool removes what a killed one has left, which is looked at here.</remarks>
[CollectionDefinition(DisableParallelization = true)]
[Collection<CheckTests>]
public sealed class CheckTests
{
    [Fact]
    public void A_redis_server_under_load_is_recorded_completely_and_judged()
    {
        HostRequirement.Require(root: true, programs: ["runc", "redis-server", "redis-cli", "redis-benchmark"], btf: true);
        using var folder = new TemporaryFolder();
        var traceFile = Path.Combine(folder.Path, "redis.trace.json");

        var (exit, output, error) = Run("check", "-f", "json", "--health", "redis-cli ping", "--duration", "2s", "--trace-out", traceFile, "--", "samples/redis/serve.sh");

        using var report = JsonDocument.Parse(output, new JsonDocumentOptions { AllowTrailingCommas = false });
        var evidence = report.RootElement.GetProperty("evidence");
        evidence.GetProperty("grade").GetString().Should().Be("complete", error);
        evidence.GetProperty("lost").GetInt32().Should().Be(0);
        evidence.GetProperty("healthy").GetBoolean().Should().BeTrue();
        var verdicts = report.RootElement.GetProperty("targets").EnumerateArray()
            .ToDictionary(target => target.GetProperty("target").GetString()!.Split('@')[0], target => target.GetProperty("verdict").GetString()!);
        verdicts.Keys.Should().BeEquivalentTo("gvisor", "kata");
        exit.Should().Be(verdicts.Values.Contains("incompatible") ? 2 : verdicts.Values.Contains("inconclusive") ? 4 : 0);
        report.RootElement.GetProperty("recommendation").GetProperty("runtime").GetString().Should().BeOneOf("gvisor", "kata", "none");

        using var trace = JsonDocument.Parse(File.ReadAllText(traceFile));
        var calls = trace.RootElement.GetProperty("observations").EnumerateArray().Select(call => call.GetProperty("syscall").GetString()).ToHashSet();
        calls.Should().Contain("epoll_wait").And.NotContain("io_uring_setup");
        error.Should().Contain("Redis is now ready to exit", "the server is ended by SIGTERM, and its output goes to standard error");
    }

    [Theory]
    [InlineData("--expect", "done$", true)]
    [InlineData("--expect", "skipped", true)]
    [InlineData("--expect", "finished", false)]
    [InlineData("--reject", "skipped", false)]
    [InlineData("--reject", "^done", false)]
    [InlineData("--reject", "failed", true)]
    public void What_a_workload_says_decides_whether_it_works(string option, string pattern, bool works)
    {
        HostRequirement.Require(root: true, programs: ["runc"], btf: true);

        var (exit, output, error) = Run("check", "-f", "json", "--target", "runc", option, pattern, "--", "sh", "-c", "echo done; echo 1 skipped >&2");

        using var report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("evidence").GetProperty("grade").GetString().Should().Be(works ? "complete" : "partial", error);
        exit.Should().Be(works ? 0 : 4);
    }

    [Fact]
    public void What_was_recorded_is_kept_when_the_report_cannot_be_written()
    {
        HostRequirement.Require(root: true, programs: ["runc"], btf: true);

        var (exit, _, error) = Run("check", "--target", "runc", "--scan", "none", "-o", "/dev/full", "--", "true");

        exit.Should().Be(1, error);
        error.Should().Contain("error: ");
        var kept = Regex.Match(error, "the recorded trace is kept in ([^:]+): ").Groups[1].Value;
        try
        {
            TraceJson.Read(File.ReadAllBytes(kept), kept).Evidence.Grade.Should().Be(EvidenceGrade.Complete);
            if (OperatingSystem.IsLinux()) File.GetUnixFileMode(kept).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        finally
        {
            File.Delete(kept);
        }
    }

    [Fact]
    public void A_working_directory_that_is_gone_is_told_and_no_crash()
    {
        var start = new ProcessStartInfo("sh", ["-c", "d=$(mktemp -d) && cd $d && rmdir $d && exec \"$PROGRAM\" assess x.json"])
        {
            RedirectStandardError = true, Environment = { ["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "syscallprobe") },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        process.ExitCode.Should().Be(1);
        error.Should().StartWith("syscallprobe: error: ").And.Contain("working directory").And.Contain("\n  fix ");
    }

    [Fact]
    public void A_finding_names_the_managed_method_that_makes_the_call_and_its_caller()
    {
        HostRequirement.Require(root: true, programs: ["runc", "dotnet"], btf: true);
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["raw-socket.csproj", "Program.cs"]) File.Copy(Repo.PathOf("samples", "dotnet-raw-socket", file), Path.Combine(folder.Path, file));
        var build = new ProcessStartInfo("dotnet", ["build", "-v", "q", "-nologo", "-o", Path.Combine(folder.Path, "out")]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true };
        using (var builder = Process.Start(build)!)
        {
            var said = builder.StandardOutput.ReadToEnd();
            builder.WaitForExit();
            builder.ExitCode.Should().Be(0, said);
        }

        var (exit, output, error) = Run("check", "-f", "json", "--target", "gvisor", "--stacks", "--env", "DOTNET_ReadyToRun=0",
            "--mount", Path.Combine(folder.Path, "out") + ":/srv:ro", "--", "dotnet", "/srv/raw-socket.dll");

        exit.Should().Be(2, error);
        using var report = JsonDocument.Parse(output);
        var finding = report.RootElement.GetProperty("targets")[0].GetProperty("findings").EnumerateArray().First(finding => finding.GetProperty("rule").GetString() == "GV1002");
        var stack = finding.GetProperty("stack").EnumerateArray().Select(frame => frame.GetString()).ToArray();
        stack.Should().ContainInConsecutiveOrder("System.Net.Sockets.Socket..ctor", "RawSocket.Pinger.Open", "RawSocket.Program.Main");
    }

    [Fact]
    public void A_program_that_knows_nothing_but_io_uring_is_incompatible()
    {
        HostRequirement.Require(root: true, programs: ["runc", "cc"], btf: true);
        using var folder = new TemporaryFolder();
        var ring = Path.Combine(folder.Path, "ring");
        using (var compiler = Process.Start("cc", ["-O1", "-static", "-o", ring, Repo.PathOf("samples", "io-uring", "ring.c")]))
        {
            compiler.WaitForExit();
            compiler.ExitCode.Should().Be(0);
        }

        var (exit, output, error) = Run("check", "-f", "json", "--target", "gvisor", "--", ring, "/etc/passwd");

        exit.Should().Be(2, error);
        using var report = JsonDocument.Parse(output);
        var finding = report.RootElement.GetProperty("targets")[0].GetProperty("findings").EnumerateArray().First();
        finding.GetProperty("syscall").GetString().Should().Be("io_uring_setup");
        finding.GetProperty("errno").GetString().Should().Be("ENOSYS");
        finding.GetProperty("consequence").GetString().Should().Be("blocking");
        finding.GetProperty("condition").GetString().Should().Be("iouring=true");
    }

    [Fact]
    public void A_workload_that_fails_under_runc_is_inconclusive_and_its_status_is_told()
    {
        HostRequirement.Require(root: true, program: "runc", btf: true);

        var (exit, output, _) = Run("check", "-f", "json", "--", "sh", "-c", "exit 7");

        exit.Should().Be(4);
        using var report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("evidence").GetProperty("exitCode").GetInt32().Should().Be(7);
        report.RootElement.GetProperty("targets").EnumerateArray().Should().OnlyContain(target => target.GetProperty("verdict").GetString() == "inconclusive");
    }

    [Fact]
    public void An_interrupt_ends_the_run_and_starts_no_other()
    {
        HostRequirement.Require(root: true, programs: ["runc", "kill"], btf: true);
        using var folder = new TemporaryFolder();
        var traceFile = Path.Combine(folder.Path, "sleep.trace.json");
        var marker = $"8888.{Environment.ProcessId}";
        using var tool = Process.Start(StartOf("record", "--runs", "3", "-o", traceFile, "--", "sleep", marker))!;
        WaitUntil(() => Workloads(marker).Any(), "the workload runs");

        Process.Start("kill", ["-INT", tool.Id.ToString()]).WaitForExit();
        var hasEnded = tool.WaitForExit(TimeSpan.FromSeconds(30));
        if (!hasEnded) tool.Kill();

        hasEnded.Should().BeTrue("the second of three runs must not begin");
        tool.ExitCode.Should().Be(0);
        using var trace = JsonDocument.Parse(File.ReadAllText(traceFile));
        trace.RootElement.GetProperty("evidence").GetProperty("runs").GetInt32().Should().Be(1);
    }

    [Fact]
    public void What_a_killed_tool_leaves_is_removed_by_the_next_start()
    {
        HostRequirement.Require(root: true, program: "runc", btf: true);
        var marker = $"7777.{Environment.ProcessId}";
        using var tool = Process.Start(StartOf("record", "-o", "/dev/null", "--", "sleep", marker))!;
        WaitUntil(() => Workloads(marker).Any(), "the workload runs");

        tool.Kill();
        tool.WaitForExit();
        Workloads(marker).Should().NotBeEmpty("under eBPF the workload goes on without the tool");
        var (exit, _, error) = Run("record", "-o", "/dev/null", "--", "true");

        exit.Should().Be(0, error);
        WaitUntil(() => !Workloads(marker).Any(), "the workload is gone");
        File.ReadAllText("/proc/self/mountinfo").Should().NotContain("/run/syscallprobe");
        WaitUntil(() => !EmptyCgroups().Any(), "no cgroup of a run without processes is left");
    }

    [Fact]
    public void A_workload_that_is_recorded_by_ptrace_dies_with_the_tool()
    {
        HostRequirement.Require(root: true, program: "runc");
        var marker = $"6666.{Environment.ProcessId}";
        using var tool = Process.Start(StartOf("record", "--recorder", "ptrace", "-o", "/dev/null", "--", "sleep", marker))!;
        WaitUntil(() => Workloads(marker).Any(), "the workload runs");

        tool.Kill();
        tool.WaitForExit();

        WaitUntil(() => !Workloads(marker).Any(), "the workload is gone");
        Run("record", "--recorder", "ptrace", "-o", "/dev/null", "--", "true").Exit.Should().Be(0);
    }

    [Fact]
    public void A_recorder_that_leaves_calls_out_supports_no_positive_verdict_and_says_what_it_changed()
    {
        HostRequirement.Require(root: true, programs: ["runc", "su"]);

        var (exit, output, error) = Run("check", "--recorder", "ptrace-seccomp", "--target", "runc", "--user", "65534", "-f", "json", "--", "sh", "-c", "su --version");

        exit.Should().Be(4, error);
        using var report = JsonDocument.Parse(output);
        var evidence = report.RootElement.GetProperty("evidence");
        (evidence.GetProperty("grade").GetString(), evidence.GetProperty("recorder").GetString(), evidence.GetProperty("exitCode").GetInt32()).Should().Be(("partial", "ptrace-seccomp", 0));
        var reasons = evidence.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!).ToList();
        reasons.Should().HaveCount(2);
        reasons[0].Should().Be("1 programs executed without the set-user-ID, set-group-ID or capabilities of their files, as the recorder's filter needs no_new_privs: the other recorders leave them alone");
        reasons[1].Should().StartWith("calls of ").And.Contain("numbers not recorded, as the recorder stops only where arguments decide: ");
    }

    [Fact]
    public void A_health_check_runs_in_a_container_that_has_the_recorders_filter()
    {
        HostRequirement.Require(root: true, programs: ["runc"]);

        var (_, output, error) = Run("check", "--recorder", "ptrace-seccomp", "--target", "runc", "--health", "cat /etc/passwd", "-f", "json", "--", "sleep", "1000");

        using var report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("evidence").GetProperty("healthy").GetBoolean().Should().BeTrue(error);
    }

    [Theory]
    [InlineData("seccomp", true)]
    [InlineData("loops", false)]
    public void A_seccomp_filter_of_the_workloads_own_is_marked(string workload, bool hasFilter)
    {
        HostRequirement.Require(root: true, programs: ["runc", "cc"], btf: true, amd64: true);

        using var folder = new TemporaryFolder();
        var traceFile = Path.Combine(folder.Path, "trace.json");

        var (exit, _, error) = Run("record", "-o", traceFile, "--", Recording.Tests.Workloads.Workload.Build(workload));

        exit.Should().Be(0, error);
        File.ReadAllText(traceFile).Should().Contain($"\"seccompFilter\": {(hasFilter ? "true" : "false")},").And.Contain("\"recorder\": \"ebpf\",");
    }

    [Fact]
    public void A_kernel_without_BTF_makes_it_record_by_ptrace_and_say_why()
    {
        HostRequirement.Require(root: true, programs: ["runc", "unshare", "mount"], btf: true);
        var start = StartOf("check", "--target", "gvisor", "-f", "json", "--", "true");
        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(word => $"'{word}'"));
        start.FileName = "unshare";
        start.ArgumentList.Clear();
        foreach (var word in (string[])["-m", "sh", "-c", $"mount -t tmpfs none /sys/kernel/btf && exec {command}"]) start.ArgumentList.Add(word);

        var (_, output, error) = Run(start);

        error.Should().Contain("note: recorded by ptrace, as eBPF cannot be used (the kernel does not offer its types (BTF), which the eBPF recorder needs): each call");
        using var report = JsonDocument.Parse(output);
        report.RootElement.GetProperty("evidence").GetProperty("grade").GetString().Should().Be("complete");
    }

    static IEnumerable<string> Workloads(string marker) =>
        Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Where(folder =>
        {
            try
            {
                return File.ReadAllText($"{folder}/cmdline") == $"sleep\0{marker}\0";
            }
            catch (IOException)
            {
                return false;
            }
        });

    // Another test's run has an empty one for a moment, as it begins or ends.
    static IEnumerable<string> EmptyCgroups() =>
        from controller in Directory.EnumerateDirectories("/sys/fs/cgroup")
        let parent = Path.Combine(controller, "syscallprobe")
        where Directory.Exists(parent)
        from run in Directory.EnumerateDirectories(parent)
        where File.Exists($"{run}/cgroup.procs") && File.ReadAllText($"{run}/cgroup.procs").Length == 0
        select run;

    static void WaitUntil(Func<bool> condition, string what)
    {
        bool Holds()
        {
            try
            {
                return condition();
            }
            catch (IOException)
            {
                return false; // a file of /proc or a cgroup that went away meanwhile
            }
        }
        SpinWait.SpinUntil(Holds, TimeSpan.FromSeconds(60)).Should().BeTrue($"within 60 s {what}");
    }

    static ProcessStartInfo StartOf(params string[] args) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "syscallprobe.dll"), .. args])
        {
            WorkingDirectory = Repo.Root, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };

    internal static (int Exit, string Out, string Error) Run(params string[] args) => Run(StartOf(args));

    static (int Exit, string Out, string Error) Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
