using System.Diagnostics;
using System.Globalization;
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
