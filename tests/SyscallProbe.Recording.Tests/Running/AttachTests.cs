using SyscallProbe.Recording.Running;
using SyscallProbe.Recording.Tests.Recorders;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Running;

/// <summary>Workloads that run before they are recorded: what they call from then on must be counted, and they must not notice.</summary>
public sealed class AttachTests
{
    [Theory]
    [InlineData(RecorderKind.Ebpf, true)]
    [InlineData(RecorderKind.Ebpf, false)]
    [InlineData(RecorderKind.Ptrace, true)]
    [InlineData(RecorderKind.Ptrace, false)]
    public void Every_call_that_returns_after_the_attachment_is_counted_and_none_before(RecorderKind kind, bool isContainer) =>
        Check(() => kind == RecorderKind.Ebpf ? BpfRecorder.Open() : PtraceRecorder.Open(), isContainer);

    // As on kernels before 6.9, where no thread can be addressed.
    [Fact]
    public void Threads_that_cannot_be_marked_one_by_one_take_over_the_mark_of_their_process() => Check(() => BpfRecorder.Open(new BpfRecorderOptions { AdoptsThreads = true }), isContainer: false);

    static void Check(Func<ILateRecorder> open, bool isContainer)
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using var program = LateProgram.Start();
        using var recorder = open();

        recorder.SetPhase(Phase.Serving);
        recorder.Attach(new RunningProcesses(program.Pid, isContainer));
        program.Input.Write("x");
        var (output, status) = program.Wait();

        status.Should().Be(0);
        var calls = recorder.Read();
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().BeEmpty();
        calls.Observations.SelectMany(seen => seen.Executables).Distinct().Should().Equal(Workload.Build("late"));
        calls.Observations.Select(seen => seen.Phase).Distinct().Should().Equal(Phase.Serving);
    }

    [Fact]
    public void What_is_executed_in_the_container_later_is_counted()
    {
        HostRequirement.Require(root: true, programs: ["cc", "nsenter"], btf: true, amd64: true);
        using var folder = new TemporaryFolder();
        using var stranger = new Stranger();
        using var program = LateProgram.Start();
        using var recorder = BpfRecorder.Open();

        recorder.Attach(new RunningProcesses(program.Pid, isContainer: true));
        stranger.Run($"nsenter --pid --target {program.Pid} {Workload.Build("loops")} > {folder.Path}/loops");
        program.Input.Write("x");
        var (output, _) = program.Wait();

        ExpectedCalls.Difference(recorder.Read().Observations, output + File.ReadAllText(folder.Path + "/loops")).Should().BeEmpty();
    }

    [Fact]
    public void What_a_process_makes_before_its_turn_to_be_marked_has_come_is_counted()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        var loops = Workload.Build("loops");
        using var program = new LaunchedProgram(["/bin/sh", "-c", $"/bin/sh -c 'echo ready >&2; read line; {loops}; true' 2>&1; true"]);
        program.Go();
        program.Output.ReadLine().Should().Be("ready");
        using var recorder = BpfRecorder.Open();

        recorder.BeginToAttach(new RunningProcesses(program.Pid, isContainer: false));
        program.Input.WriteLine();
        var (output, _) = program.Wait();

        // The first shell's end is of the same kind as the program's.
        ExpectedCalls.Difference([.. recorder.Read().Observations.Where(seen => seen.Executables.Contains(loops))], output + "exit_group - never 1\n").Should().BeEmpty();
    }

    [Fact]
    public void How_a_process_ended_that_is_nobody_of_ours_is_known_to_eBPF()
    {
        HostRequirement.Require(root: true, btf: true);
        using var program = new LaunchedProgram(["/bin/sh", "-c", "read line; exit 7"]);
        program.Go();
        program.WaitUntilIn("read");
        using var recorder = BpfRecorder.Open();

        recorder.Attach(new RunningProcesses(program.Pid, isContainer: false));
        recorder.Read().ExitCode.Should().BeNull();
        program.Input.WriteLine();
        program.Wait();

        recorder.Read().ExitCode.Should().Be(7);
    }

    [Fact]
    public void A_signal_whose_handler_is_older_than_the_recording_is_decided_by_the_return_from_it()
    {
        HostRequirement.Require(root: true, amd64: true, programs: ["perl", "kill"]);
        // By POSIX::sigaction without SA_RESTART the read gives EINTR, with it the read goes on.
        const string script = "use POSIX; POSIX::sigaction(SIGUSR1, POSIX::SigAction->new(sub {}, POSIX::SigSet->new, 0)); POSIX::sigaction(SIGUSR2, POSIX::SigAction->new(sub {}, POSIX::SigSet->new, SA_RESTART)); "
            + "$| = 1; my $b; my $n = POSIX::read(0, $b, 1); print defined $n ? \"read $n\\n\" : \"failed\\n\"; POSIX::read(0, $b, 1)";
        foreach (var (signal, said, failed) in (ReadOnlySpan<(string, string, ulong)>)[("USR1", "failed", 1), ("USR2", "read 1", 0)])
        {
            using var program = new LaunchedProgram(["/usr/bin/perl", "-e", script]);
            program.Go();
            program.WaitUntilIn("read");
            using var recorder = PtraceRecorder.Open();
            recorder.Attach(new RunningProcesses(program.Pid, isContainer: false));
            program.WaitUntilIn("read");

            System.Diagnostics.Process.Start("kill", ["-" + signal, $"{program.Pid}"]).WaitForExit();
            if (failed == 0)
            {
                program.WaitUntilIn("read");
                program.Input.Write("x");
                program.Input.Flush();
            }
            program.Output.ReadLine().Should().Be(said);
            program.Wait();

            var read = Syscalls.NrOf(Abi.Amd64, "read")!.Value;
            recorder.Read().Observations.Where(seen => seen.Nr == read && !seen.Result.IsSuccess).Sum(seen => (decimal)seen.Count).Should().Be(failed, signal);
        }
    }

    [Theory]
    [InlineData(RecorderKind.Ebpf)]
    [InlineData(RecorderKind.Ptrace)]
    public void When_the_recorder_is_disposed_the_workload_goes_on(RecorderKind kind)
    {
        HostRequirement.Require(root: true, btf: true);
        using var program = new LaunchedProgram(["/bin/cat"]);
        program.Go();
        program.WaitUntilIn("read");
        using (ILateRecorder recorder = kind == RecorderKind.Ebpf ? BpfRecorder.Open() : PtraceRecorder.Open()) recorder.Attach(new RunningProcesses(program.Pid, isContainer: false));

        File.ReadLines($"/proc/{program.Pid}/status").Should().Contain("TracerPid:\t0");
        program.Input.WriteLine("still there");
        program.Input.Flush();
        program.Output.ReadLine().Should().Be("still there");
        program.Wait().Status.Should().Be(0);
    }

    [Fact]
    public void What_another_tracer_has_is_refused_with_its_number()
    {
        HostRequirement.Require(root: true);
        using var program = new LaunchedProgram(["/bin/cat"]);
        program.Go();
        program.WaitUntilIn("read");
        using PtraceRecorder first = PtraceRecorder.Open(), second = PtraceRecorder.Open();
        first.Attach(new RunningProcesses(program.Pid, isContainer: false));

        var refused = FluentActions.Invoking(() => second.Attach(new RunningProcesses(program.Pid, isContainer: false))).Should().Throw<FailureException>().Which.Failure;

        refused.Code.Should().Be(FailureCode.NoPermission);
        refused.What.Should().Be($"process {program.Pid} cannot be recorded: ptrace PTRACE_SEIZE '{program.Pid}': EPERM (1, operation not permitted)");
        refused.Fix.Should().MatchRegex("^process [0-9]+ traces it already, and there can be one tracer only: end that one, or record by eBPF as root$");
    }
}
