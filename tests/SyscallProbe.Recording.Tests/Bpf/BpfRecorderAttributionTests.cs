using SyscallProbe.Recording.Tests.Recorders;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>To which program and phase a call is attributed.</summary>
public sealed class BpfRecorderAttributionTests
{
    [Fact]
    public void A_call_belongs_to_the_program_that_made_it_and_an_execve_to_the_one_before()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        var loops = Workload.Build("loops");

        var (calls, _, _) = RecordedProgram.Run(["/bin/sh", "-c", $"{loops}; exit 0"]);

        calls.Observations.Single(seen => Name(seen) == "getppid" && seen.Executables.Contains(loops)).Count.Should().BeGreaterThanOrEqualTo(1000);
        var execve = calls.Observations.Single(seen => Name(seen) == "execve");
        execve.Count.Should().Be(2);
        execve.Executables.Should().Equal("/bin/sh");
    }

    [Fact]
    public void Of_a_script_the_interpreter_is_the_program()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true);
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "script");
        File.Copy("/bin/true", script); // for its mode
        File.WriteAllText(script, "#!/bin/sh\nexit 0\n");

        var (calls, _, status) = RecordedProgram.Run([script]);

        status.Should().Be(0);
        calls.Observations.SelectMany(seen => seen.Executables).Distinct().Should().Equal("/bin/sh");
    }

    [Fact]
    public void A_program_that_executes_itself_keeps_its_name()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        var processes = Workload.Build("processes");

        var (calls, _, _) = RecordedProgram.Run([processes]);

        calls.Observations.Where(seen => Name(seen) == "getuid").SelectMany(seen => seen.Executables).Should().BeEquivalentTo(processes, "/dev/fd/3");
    }

    [Fact]
    public void Programs_beyond_those_of_the_fast_table_are_counted_as_exactly()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using var folder = new TemporaryFolder();
        var copies = Enumerable.Range(0, 40).Select(i => Path.Combine(folder.Path, $"loops{i}")).ToList();
        foreach (var copy in copies) File.Copy(Workload.Build("loops"), copy);

        var (calls, _, _) = RecordedProgram.Run(["/bin/sh", "-c", string.Join(';', copies)]);

        calls.Lost.Should().Be(0);
        var getuid = calls.Observations.Single(seen => Name(seen) == "close" && seen.Result == Result.Failed(new Errno(9)));
        getuid.Count.Should().Be(40 * 7);
        calls.Observations.Where(seen => Name(seen) == "getppid").SelectMany(seen => seen.Executables).Should().Contain(copies);
        calls.Observations.Where(seen => Name(seen) == "getppid").Sum(seen => (long)seen.Count).Should().BeInRange(40 * 1000, 40 * 1000 + 1);
    }

    [Fact]
    public void A_call_belongs_to_the_phase_in_which_it_returns()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using var recorder = BpfRecorder.Open();
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

        var writes = recorder.Read().Observations.Where(seen => Name(seen) == "write");

        writes.Select(seen => (seen.Phase, seen.Count)).Should().Equal((Phase.Startup, 1ul), (Phase.Serving, 1ul), (Phase.Shutdown, 1ul));
    }

    [Fact]
    public void Nothing_is_counted_in_the_phase_of_the_runtime()
    {
        HostRequirement.Require(root: true, btf: true);
        using var recorder = BpfRecorder.Open();

        recorder.Invoking(open => open.SetPhase(Phase.Init)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData("seccomp", true)]
    [InlineData("loops", false)]
    public void A_seccomp_filter_is_noticed(string workload, bool hasFilter)
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        RecordedProgram.Run([Workload.Build(workload)]).Calls.SeccompFilter.Should().Be(hasFilter);
    }

    static string? Name(Observation seen) => Syscalls.NameOf(seen.Abi, seen.Nr);
}
