using System.Globalization;
using SyscallProbe.Recording.Running;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Running;

/// <summary>What is known of a workload that runs already, and what is refused.</summary>
public sealed class RunningWorkloadTests
{
    [Fact]
    public void What_was_missed_and_what_is_still_open_is_said()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var program = LateProgram.Start(ownPidNamespace: false);
        using var workload = RunningWorkload.Open(program.Pid);

        workload.Argv.Should().Equal(Workload.Build("late"));
        workload.Capabilities.Should().NotBeNull();
        var reasons = workload.Reasons(isFiltered: false);
        reasons.Should().HaveCount(2);
        reasons[0].Should().MatchRegex($"^late attachment: what ran before is not in the trace: process {program.Pid} was started at 2[0-9-]+T[0-9:]+Z, [0-9.]+ s before the recording$");
        reasons[1].Should().Be("calls that had not returned when the recording ended are not counted: poll (1 thread), read (4 threads)");
        workload.Reasons(isFiltered: true).Should().Contain("it runs under a seccomp filter of its own: where that gave an error, it is not known what the kernel would have given");
    }

    [Fact]
    public void Its_time_is_over_and_it_goes_on()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var program = LateProgram.Start();
        using var workload = RunningWorkload.Open(program.Pid);

        workload.Wait([], TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(10)).Should().BeEquivalentTo(new { HasEnded = false, IsHealthy = (bool?)null, IsInterrupted = false });

        program.Input.Write("x");
        program.Wait().Status.Should().Be(0);
        workload.Wait([], TimeSpan.FromSeconds(60), null).HasEnded.Should().BeTrue();
    }

    [Fact]
    public void A_health_check_runs_in_its_namespaces()
    {
        HostRequirement.Require(root: true, programs: ["cc", "nsenter"], amd64: true);
        using var program = LateProgram.Start();
        using var workload = RunningWorkload.Open(program.Pid);

        workload.Wait(["sh", "-c", $"test $(readlink /proc/self/ns/pid) = '{new FileInfo($"/proc/{program.Pid}/ns/pid").LinkTarget}'"], TimeSpan.FromSeconds(60), null).IsHealthy.Should().BeTrue();
        var unhealthy = workload.Wait(["sh", "-c", "echo no; exit 3"], TimeSpan.FromMilliseconds(1500), null);
        unhealthy.IsHealthy.Should().BeFalse();
        unhealthy.Notes.Should().Equal("it was not healthy within 1.5 s; the last health check: exit status 3, 'no'");
        unhealthy.HasEnded.Should().BeFalse();
    }

    [Fact]
    public void A_process_of_the_tree_stays_one_when_the_one_between_has_ended()
    {
        HostRequirement.Require(root: true);
        using var folder = new TemporaryFolder();
        using var program = new LaunchedProgram(["/bin/sh", "-c", $"sh -c 'sleep 600 & echo $! > {folder.Path}/pid; read line' ; read line"], ownPidNamespace: false);
        program.Go();
        SpinWait.SpinUntil(() => File.Exists(folder.Path + "/pid") && File.ReadAllText(folder.Path + "/pid").EndsWith('\n'), TimeSpan.FromSeconds(30)).Should().BeTrue();
        var orphan = int.Parse(File.ReadAllText(folder.Path + "/pid"), CultureInfo.InvariantCulture);
        var processes = new RunningProcesses(program.Pid, isContainer: false);

        processes.Find().Should().HaveCount(3).And.Contain(orphan).And.HaveElementAt(0, program.Pid);
        program.Input.WriteLine();
        program.Input.Flush();
        SpinWait.SpinUntil(() => processes.Find().Count == 2, TimeSpan.FromSeconds(30)).Should().BeTrue();

        processes.Find().Should().Equal(program.Pid, orphan);
        new RunningProcesses(program.Pid, isContainer: false).Find().Should().Equal(program.Pid);
        System.Diagnostics.Process.GetProcessById(orphan).Kill();
    }

    [Fact]
    public void What_is_no_process_to_record_is_refused()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);
        using var program = LateProgram.Start(ownPidNamespace: false);
        var thread = Directory.GetDirectories($"/proc/{program.Pid}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).First(tid => tid != program.Pid);

        Refusal(thread).Should().Be($"{thread} is a thread of the process {program.Pid}");
        Refusal(2).Should().Be("2 is a thread of the kernel itself, which makes no system calls");
        Refusal(int.MaxValue).Should().Be("there is no process 2147483647");
        Refusal(Environment.ProcessId).Should().Be($"{Environment.ProcessId} is this tool itself");

        static string Refusal(int pid) => FluentActions.Invoking(() => RunningWorkload.Open(pid)).Should().Throw<FailureException>().Which.Failure.What;
    }
}
