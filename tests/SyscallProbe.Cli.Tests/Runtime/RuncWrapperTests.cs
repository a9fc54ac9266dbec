using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SyscallProbe.Recording.OciRuntime;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>The runtime's own command line, as an engine uses it.</summary>
public sealed class RuncWrapperTests : IDisposable
{
    readonly RuntimeLink _link;
    readonly string _id = $"syscallprobe-test-{Guid.NewGuid():n}";

    public RuncWrapperTests()
    {
        HostRequirement.Require(root: true, programs: ["cc", "runc"], btf: true, amd64: true);
        _link = new RuntimeLink();
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("state", "absent")]
    [InlineData("--log-format", "json", "delete", "absent")]
    [InlineData("create", "--bundle", "/absent", "absent")]
    [InlineData("nonsense")]
    public void Exit_code_and_output_are_those_of_runc(params string[] arguments)
    {
        var (exit, output, error) = RuntimeLink.Run(_link.Path, arguments);

        var runc = RuntimeLink.Run("runc", arguments);
        (exit, output, WithoutTime(error)).Should().Be((runc.Exit, runc.Output, WithoutTime(runc.Error)));
    }

    [Fact]
    public void The_verb_does_the_same_as_the_name() =>
        RuntimeLink.Run(Path.Combine(AppContext.BaseDirectory, "syscallprobe"), ["runtime", "--version"]).Output.Should().Be(RuntimeLink.Run("runc", ["--version"]).Output);

    [Fact]
    public void Run_records_from_the_first_instruction_and_passes_the_exit_code_on()
    {
        var bundle = _link.MakeBundle("loops");
        var root = _link.Folder + "/root";

        var (exit, output, error) = RuntimeLink.Run(_link.Path, ["--root", root, "run", "--bundle", bundle, _id]);

        (exit, error).Should().Be((0, ""));
        AwaitTrace();
        var trace = _link.Traces().Should().ContainSingle().Subject;
        ExpectedCalls.Difference(trace.Observations, output).Should().BeEmpty();
        trace.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
    }

    [Fact]
    public void A_recorder_that_is_killed_leaves_the_workload_as_it_is_and_the_trace_says_so()
    {
        using var create = Created("hold");
        RecorderOf(_id).Kill();
        RuntimeLink.Run(_link.Path, ["start", _id]).Should().Be((0, "", ""));
        create.StandardInput.Close();

        create.StandardOutput.ReadToEnd().Should().Contain("exit_group - never 1\n", "it ran to its end");
        RuntimeLink.Run(_link.Path, ["delete", "--force", _id]).Exit.Should().Be(0);
        var evidence = _link.Traces().Should().ContainSingle().Subject.Evidence;
        (evidence.Grade, string.Join('|', evidence.Reasons)).Should().Be((EvidenceGrade.Insufficient, "not recorded: the recorder was killed before the container ended"));
    }

    [Fact]
    public void A_server_that_the_engine_stops_has_neither_failed_nor_succeeded()
    {
        using var create = Created("hold");
        RuntimeLink.Run(_link.Path, ["start", _id]).Exit.Should().Be(0);
        RuntimeLink.Run(_link.Path, ["kill", _id, "KILL"]).Exit.Should().Be(0);
        create.StandardOutput.ReadToEnd();

        RuntimeLink.Run(_link.Path, ["delete", "--force", _id]).Exit.Should().Be(0);
        AwaitTrace();
        var evidence = _link.Traces().Should().ContainSingle().Subject.Evidence;
        (evidence.Signal, evidence.Succeeded, evidence.FromFirstInstruction).Should().Be((9, null, true));
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public void A_container_that_is_paused_and_stopped_while_it_is_leaves_its_trace(string signal)
    {
        using var create = Created("hold");
        RuntimeLink.Run(_link.Path, ["start", _id]).Exit.Should().Be(0);
        AwaitRead();
        RuntimeLink.Run(_link.Path, ["pause", _id]).Should().Be((0, "", ""));

        // runc resumes it for a SIGKILL; any other signal waits until it is resumed, which here is when it is deleted.
        RuntimeLink.Run(_link.Path, ["kill", _id, signal]).Should().Be((0, "", ""));
        RuntimeLink.Run(_link.Path, ["delete", "--force", _id]).Exit.Should().Be(0);
        AwaitTrace();

        var trace = _link.Traces().Should().ContainSingle().Subject;
        ExpectedCalls.Difference(trace.Observations, "execve - success 1\nread - never 1\n").Should().BeEmpty();
        (trace.Evidence.Signal, trace.Evidence.Succeeded, trace.Evidence.FromFirstInstruction, trace.Evidence.Lost).Should().Be((9, null, true, 0UL));
        trace.Evidence.Reasons.Should().BeEmpty();
    }

    [Fact]
    public void A_runc_that_is_killed_while_it_runs_a_container_leaves_the_trace_of_it()
    {
        using var run = RuntimeLink.Start(_link.Path, ["run", "--bundle", _link.MakeBundle("hold"), _id]);
        AwaitRead();

        run.Kill();
        run.WaitForExit();
        RuntimeLink.Run(_link.Path, ["kill", _id, "KILL"]);
        RuntimeLink.Run(_link.Path, ["delete", "--force", _id]).Exit.Should().Be(0);
        AwaitTrace();

        var trace = _link.Traces().Should().ContainSingle().Subject;
        trace.Evidence.Grade.Should().Be(EvidenceGrade.Complete);
        trace.Observations.Sum(seen => (long)seen.Count).Should().Be((long)trace.Evidence.Events).And.BeGreaterThan(1);
    }

    [Fact]
    public void A_runc_that_is_killed_while_it_makes_a_container_leaves_no_trace_and_the_name_is_free()
    {
        var bundle = _link.MakeBundle("loops");
        var config = File.ReadAllText(bundle + "/config.json");
        var hooked = JsonNode.Parse(config)!;
        hooked["hooks"] = new JsonObject { ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", $"> {_link.Folder}/hooked; exec sleep 5") }) };
        File.WriteAllText(bundle + "/config.json", hooked.ToJsonString());
        using var create = RuntimeLink.Start(_link.Path, ["create", "--bundle", bundle, _id]);
        SpinWait.SpinUntil(() => File.Exists(_link.Folder + "/hooked"), TimeSpan.FromSeconds(60)).Should().BeTrue();

        create.Kill();
        create.WaitForExit();
        AwaitEnd();
        RuntimeLink.Run(_link.Path, ["delete", "--force", _id]).Exit.Should().Be(0);

        FindRecorder(_id).Should().BeNull();
        _link.Traces().Should().BeEmpty("nothing ran");
        File.WriteAllText(bundle + "/config.json", config);
        var (exit, output, error) = RuntimeLink.Run(_link.Path, ["run", "--bundle", bundle, _id]);
        (exit, error).Should().Be((0, ""));
        AwaitTrace();
        ExpectedCalls.Difference(_link.Traces().Should().ContainSingle().Subject.Observations, output).Should().BeEmpty();
    }

    [Fact]
    public void Where_nothing_can_be_recorded_the_container_runs_and_the_trace_says_why()
    {
        HostRequirement.Require(programs: ["unshare", "mount"]);
        var bundle = _link.MakeBundle("loops");
        // The kernel's types are hidden from the recorder, not from runc, which does not look at them.
        const string hidden = "mount --bind /dev/null /sys/kernel/btf/vmlinux && exec \"$0\" \"$@\"";

        var (exit, output, error) = RuntimeLink.Run("unshare", ["-m", "sh", "-c", hidden, _link.Path, "run", "--bundle", bundle, _id]);

        (exit, error).Should().Be((0, ""));
        output.Should().Contain("exit_group - never 1\n");
        AwaitTrace();
        var evidence = _link.Traces().Should().ContainSingle().Subject.Evidence;
        (evidence.Grade, evidence.FromFirstInstruction).Should().Be((EvidenceGrade.Insufficient, false));
        evidence.Reasons.Should().ContainSingle().Which.Should().StartWith("not recorded: ");
    }

    [Fact]
    public void A_trace_that_cannot_be_written_is_told_in_the_log_of_runc()
    {
        var bundle = _link.MakeBundle("loops");
        File.WriteAllText(_link.TraceFolder, "no folder");
        var log = _link.Folder + "/log.json";

        RuntimeLink.Run(_link.Path, ["--log", log, "--log-format", "json", "run", "--bundle", bundle, _id]).Exit.Should().Be(0);

        SpinWait.SpinUntil(() => File.ReadAllText(log).Contains("syscallprobe: "), TimeSpan.FromSeconds(20)).Should().BeTrue();
        File.ReadAllText(log).Should().StartWith($$"""{"level":"warning","msg":"syscallprobe: container {{_id}} is not recorded: """);
    }

    [Fact]
    public void A_runc_that_is_this_program_itself_is_refused()
    {
        File.AppendAllText(_link.Path + ".env", $"SYSCALLPROBE_RUNC={_link.Path}\n");

        var (exit, output, error) = RuntimeLink.Run(_link.Path, ["--version"]);

        (exit, output).Should().Be((1, ""));
        error.Should().StartWith($"syscallprobe: error: '{_link.Path}' is this program itself and not the runc that it passes commands on to\n");
    }

    public void Dispose()
    {
        RuntimeLink.Run("runc", ["delete", "--force", _id]);
        AwaitEnd();
        _link.Dispose();
    }

    Process Created(string workload)
    {
        var create = RuntimeLink.Start(_link.Path, ["create", "--bundle", _link.MakeBundle(workload), _id]);
        create.WaitForExit();
        create.ExitCode.Should().Be(0);
        return create;
    }

    // hold waits in its only call.
    void AwaitRead()
    {
        SpinWait.SpinUntil(() => RuntimeLink.Run("runc", ["state", _id]) is (0, var state, _) && IsReading((int)JsonNode.Parse(state)!["pid"]!), TimeSpan.FromSeconds(60)).Should().BeTrue();

        static bool IsReading(int pid)
        {
            try
            {
                return File.ReadAllText($"/proc/{pid}/comm") == "hold\n" && File.ReadAllText($"/proc/{pid}/syscall").StartsWith("0 ", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    void AwaitTrace() => SpinWait.SpinUntil(() => _link.Traces().Count > 0, TimeSpan.FromSeconds(20));

    void AwaitEnd() => SpinWait.SpinUntil(() => FindRecorder(_id) is null, TimeSpan.FromSeconds(20));

    static Process RecorderOf(string id) => Process.GetProcessById(FindRecorder(id) ?? throw new InvalidOperationException($"no recorder of {id}"));

    static int? FindRecorder(string id)
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            try
            {
                var words = File.ReadAllText(folder + "/cmdline").Split('\0');
                if (words.Contains(RuncWrapper.RecorderSwitch) && words.Contains(id)) return pid;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
        return null;
    }

    static string WithoutTime(string log) => System.Text.RegularExpressions.Regex.Replace(log, "\"?time\"?[=:]\"[^\"]*\"", "");
}
