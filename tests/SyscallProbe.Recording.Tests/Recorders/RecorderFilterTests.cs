using System.Globalization;
using SyscallProbe.Recording.Ptrace;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>What ptrace records that stops the workload only at calls whose arguments decide.</summary>
public sealed class RecorderFilterTests
{
    [Theory]
    [MemberData(nameof(RecordedProgram.Deterministic), MemberType = typeof(RecordedProgram))]
    [InlineData("x32")]
    [InlineData("threads", "4", "5000")]
    [InlineData("threads", "500", "10")]
    [InlineData("storm", "2000")]
    public void Every_watched_call_is_counted_and_no_other(string workload, params string[] arguments)
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);

        var (calls, output, status) = RecordedProgram.Run(RecorderKind.PtraceSeccomp, [Workload.Build(workload), .. arguments]);

        status.Should().Be(0);
        calls.Lost.Should().Be(0);
        calls.Recorder.Should().Be("ptrace-seccomp");
        calls.Reasons.Should().Equal(WatchedCalls.Reason);
        ExpectedCalls.Difference(calls.Observations, RecordedProgram.Watched(output)).Should().BeEmpty();
    }

    [Fact]
    public void The_calls_that_are_left_out_are_listed_and_have_no_argument_that_decides()
    {
        var listed = WatchedCalls.Reason[(WatchedCalls.Reason.LastIndexOf(' ') + 1)..].Split(',').SelectMany(Numbers).ToHashSet();

        WatchedCalls.Reason.Should().StartWith($"calls of {listed.Count} numbers not recorded, as the recorder stops only where arguments decide: amd64 0-1,3,");
        foreach (var call in Syscalls.All(Abi.Amd64))
        {
            // An operation of a ring is no call.
            var decides = KeyArguments.Of(Abi.Amd64, call.Nr).Any(key => key.IsValue || key.Form is KeyForm.Path or KeyForm.Fd);
            (decides && listed.Contains(call.Nr.Value)).Should().BeFalse("{0} has arguments that decide", call.Name);
            (decides || listed.Contains(call.Nr.Value)).Should().Be(call.Name is not ("rt_sigaction" or "restart_syscall"), "{0} is either watched or listed", call.Name);
        }
    }

    [Fact]
    public void What_still_runs_at_the_end_is_killed_as_the_filter_stays()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var program = new LaunchedProgram(["/bin/sleep", "600"]);
        using (var recorder = PtraceRecorder.OpenWithFilter())
        {
            recorder.Follow(program.Pid);
            program.Go();
            program.WaitUntilIn("clock_nanosleep");
        }

        program.Wait().Status.Should().Be(128 + 9);
    }

    static IEnumerable<int> Numbers(string range)
    {
        var ends = range.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
