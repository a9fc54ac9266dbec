using System.Diagnostics;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>Whose calls are in a recording.</summary>
public sealed class BpfRecorderMembershipTests
{
    [Fact]
    public void What_the_runtime_calls_before_the_first_execve_is_left_out()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using var recorder = BpfRecorder.Open();
        using var program = new LaunchedProgram([Workload.Build("loops")]);
        recorder.Follow(program.Pid);

        var before = recorder.Read();
        program.Go();
        program.Wait();

        before.Events.Should().Be(0);
        recorder.Read().Events.Should().Be(1000 + 7 + 5 + 3 + 2 + 4 + 2 + 3);
    }

    [Fact]
    public void A_container_in_the_namespace_of_the_host_is_known_by_its_init_alone()
    {
        HostRequirement.Require(root: true, programs: ["cc", "true"], btf: true, amd64: true);
        using var stranger = new Stranger();
        using var recorder = BpfRecorder.Open();
        using var program = new LaunchedProgram(["/bin/cat"], ownPidNamespace: false);
        recorder.Follow(program.Pid);
        program.Go();
        program.WaitUntilIn("read");

        stranger.Run(Workload.Build("loops") + " > /dev/null");
        program.Wait();

        Getppids(recorder).Should().Be(0);
        recorder.Read().Events.Should().BeGreaterThan(0);
    }

    [Fact]
    public void What_others_execute_in_the_container_is_recorded_and_what_the_tool_does_is_not()
    {
        HostRequirement.Require(root: true, programs: ["cc", "nsenter"], btf: true, amd64: true);
        using var stranger = new Stranger();
        using var recorder = BpfRecorder.Open();
        using var program = new LaunchedProgram(["/bin/cat"]);
        recorder.Follow(program.Pid);
        program.Go();
        program.WaitUntilIn("read");

        using (var own = Process.Start(new ProcessStartInfo("nsenter", ["-t", $"{program.Pid}", "-p", Workload.Build("loops")]) { RedirectStandardOutput = true })!)
        {
            own.WaitForExit();
        }
        var afterOwn = Getppids(recorder);
        stranger.Run($"nsenter -t {program.Pid} -p {Workload.Build("loops")} > /dev/null");
        program.Wait();

        afterOwn.Should().Be(0);
        Getppids(recorder).Should().Be(1000);
    }

    [Fact]
    public void A_namespace_nested_in_the_containers_belongs_to_it()
    {
        HostRequirement.Require(root: true, programs: ["cc", "nsenter", "unshare"], btf: true, amd64: true);
        using var stranger = new Stranger();
        using var recorder = BpfRecorder.Open();
        using var program = new LaunchedProgram([HostRequirement.PathOf("unshare")!, "-p", "-f", "/bin/cat"]);
        recorder.Follow(program.Pid);
        program.Go();
        program.WaitUntilIn("wait4");
        var nested = File.ReadAllText($"/proc/{program.Pid}/task/{program.Pid}/children").Trim();

        stranger.Run($"nsenter -t {nested} -p {Workload.Build("loops")} > /dev/null");
        program.Wait();

        Getppids(recorder).Should().Be(1000);
    }

    [Fact]
    public void A_process_that_is_not_there_is_refused()
    {
        HostRequirement.Require(root: true, btf: true);
        using var recorder = BpfRecorder.Open();

        var following = () => recorder.Follow(int.MaxValue - 1);

        following.Should().Throw<FailureException>().Which.Failure.What.Should().Be("pidfd_open 2147483646: ESRCH (3, no such process)");
    }

    static ulong Getppids(BpfRecorder recorder) =>
        recorder.Read().Observations.Where(seen => seen.Nr == Syscalls.NrOf(Abi.Amd64, "getppid")).Aggregate(0ul, (sum, seen) => sum + seen.Count);
}
