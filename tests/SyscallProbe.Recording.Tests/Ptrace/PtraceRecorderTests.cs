using SyscallProbe.Recording.Tests.Recorders;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Ptrace;

/// <summary>What is particular to recording by ptrace.</summary>
public sealed class PtraceRecorderTests
{
    [Fact]
    public void A_program_that_wants_to_be_traced_is_refused_and_that_is_said()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);

        var (calls, output, _) = RecordedProgram.Run(RecorderKind.Ptrace, Workload.Build("tracing"));

        output.Should().Contain("ptrace request=0 EPERM 1");
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
        calls.Reasons.Should().Equal("1 calls of ptrace failed as the recorder itself traces the workload: the eBPF recorder leaves them alone");
    }

    [Fact]
    public void When_it_is_disposed_the_workload_goes_on_untraced()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var program = new LaunchedProgram(["/bin/cat"]);
        using (var recorder = PtraceRecorder.Open())
        {
            recorder.Follow(program.Pid);
            program.Go();
            program.WaitUntilIn("read");
            TracerOf(program.Pid).Should().NotBe("0");
        }

        TracerOf(program.Pid).Should().Be("0");
        program.Input.WriteLine("still there");
        program.Input.Flush();
        program.Output.ReadLine().Should().Be("still there");
        program.Wait().Status.Should().Be(0);
    }

    [Fact]
    public void A_call_belongs_to_the_phase_in_which_it_returns()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var recorder = PtraceRecorder.Open();
        using var program = new LaunchedProgram(["/bin/cat"]);
        recorder.Follow(program.Pid);
        program.Go();
        foreach (var phase in (Phase[])[Phase.Startup, Phase.Serving, Phase.Shutdown])
        {
            program.WaitUntilIn("read");
            recorder.SetPhase(phase);
            program.Input.WriteLine($"{phase}");
            program.Input.Flush();
            program.Output.ReadLine().Should().Be($"{phase}");
        }
        program.Wait();

        var writes = recorder.Read().Observations.Where(seen => seen.Nr == Syscalls.NrOf(Abi.Amd64, "write"));

        writes.Select(seen => (seen.Phase, seen.Count)).Should().Equal((Phase.Startup, 1ul), (Phase.Serving, 1ul), (Phase.Shutdown, 1ul));
        recorder.Invoking(open => open.SetPhase(Phase.Init)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_kind_that_the_full_table_has_no_room_for_is_lost_and_counted_so()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);

        var (calls, _, status) = RecordedProgram.Run(() => PtraceRecorder.Open(new RecorderLimits { MaxKinds = 64 }), [Workload.Build("flood"), "500", "0"]);

        status.Should().Be(0);
        calls.Lost.Should().BeGreaterThan(400);
        (calls.Lost + calls.Events).Should().Be(500 + 3);
    }

    [Fact]
    public void A_call_whose_path_the_full_table_has_no_room_for_is_counted_without_it_and_said()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);

        var (calls, _, _) = RecordedProgram.Run(() => PtraceRecorder.Open(new RecorderLimits { MaxPaths = 64 }), [Workload.Build("flood"), "0", "500"]);

        var removals = calls.Observations.Where(seen => seen.Nr == Syscalls.NrOf(Abi.Amd64, "rmdir")).ToList();
        removals.Sum(seen => (long)seen.Count).Should().Be(500);
        removals.Single(seen => seen.Path is null).Count.Should().Be(500 - 64);
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().Equal("paths of 436 calls not recorded: more distinct paths than the table holds");
    }

    [Fact]
    public void A_process_that_is_not_there_or_has_another_tracer_is_refused()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var recorder = PtraceRecorder.Open();
        using var other = PtraceRecorder.Open();
        using var program = new LaunchedProgram(["/bin/true"]);
        other.Follow(program.Pid);

        FailureOf(() => recorder.Follow(int.MaxValue - 1)).What.Should().Be("ptrace PTRACE_SEIZE '2147483646': ESRCH (3, no such process)");
        FailureOf(() => recorder.Follow(program.Pid)).Code.Should().Be(FailureCode.NoPermission);

        program.Go();
        program.Wait().Status.Should().Be(0);
        other.Read().Events.Should().BePositive();
    }

    static Failure FailureOf(Action action) => action.Should().Throw<FailureException>().Which.Failure;

    static string TracerOf(int pid) => File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("TracerPid:", StringComparison.Ordinal)).Split('\t')[1];
}
