using SyscallProbe.Tests;
using Tmds.Linux;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>The ways in which a workload is told to end.</summary>
public sealed class WorkloadStopTests : IDisposable
{
    // Leaves a file for each signal, and one when it is ready for them: the test sees them through /proc/PID/root.
    const string Script =
        "trap 'echo got INT; exit 3' INT; trap 'echo got TERM; exit 4' TERM; trap '> /dev/shm/USR1' USR1; trap '> /dev/shm/HUP' HUP; > /dev/shm/ready; while :; do sleep 0.05; done";

    readonly StateFolder _state = new();

    public WorkloadStopTests() => HostRequirement.Require(root: true, program: "runc");

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Duration_ends_it_with_SIGTERM()
    {
        var run = DriverRun.Start(_state, "--duration", "500", "--", "sh", "-c", Script).Finish();

        run.Output.Should().Be("got TERM\n");
        run.End.Should().Be("4 - - True False");
        run.Report.Where(line => line.StartsWith("phase")).Should().Equal("phase Startup", "phase Shutdown");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void What_does_not_end_is_killed()
    {
        var run = DriverRun.Start(_state, "--duration", "1", "--stop-timeout", "300", "--", "sleep", "1000").Finish();

        run.End.Should().Be("- 9 - True False");
        run.Report.Should().Contain("note it did not end within 0.3 s of SIGTERM and was killed");
    }

    [Fact]
    public void What_is_paused_is_killed_all_the_same()
    {
        var run = DriverRun.Start(_state, "--stop-timeout", "300", "--", "sleep", "1000");
        run.WaitFor("phase");
        Pause(run.InitPid);
        run.Signal(LibC.SIGTERM);

        run.Finish().End.Should().Be("- 9 - True True");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void End_before_the_duration_is_its_own()
    {
        var run = DriverRun.Start(_state, "--duration", "60000", "--", "true").Finish();

        run.End.Should().Be("0 - - False False");
    }

    [Theory]
    [InlineData(2, "got INT\n", "3 - - True True")]
    [InlineData(15, "got TERM\n", "4 - - True True")]
    public void Signal_to_the_tool_is_the_workloads_and_the_result_is_still_told(int signal, string output, string end)
    {
        var run = DriverRun.Start(_state, "--", "sh", "-c", Script);
        WaitUntilReady(run);
        run.Signal(signal);

        run.Finish().Output.Should().Be(output);
        run.End.Should().Be(end);
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Other_signals_are_passed_on_and_end_nothing()
    {
        var run = DriverRun.Start(_state, "--", "sh", "-c", Script);
        WaitUntilReady(run);
        run.Signal(LibC.SIGUSR1);
        run.Signal(LibC.SIGHUP);
        run.Signal(LibC.SIGWINCH);
        WaitForFile(run, "USR1");
        WaitForFile(run, "HUP");
        run.Report.Should().NotContain("phase Shutdown");
        run.Signal(LibC.SIGTERM);

        run.Finish().Output.Should().Be("got TERM\n");
        run.End.Should().Be("4 - - True True");
    }

    [Fact]
    public void Second_Ctrl_C_kills_at_once()
    {
        var run = DriverRun.Start(_state, "--stop-timeout", "60000", "--", "sleep", "1000");
        run.WaitFor("phase");
        run.Signal(LibC.SIGINT);
        run.WaitFor("phase Shutdown");
        run.Signal(LibC.SIGINT);

        run.Finish().End.Should().Be("- 9 - True True");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Ctrl_C_of_a_terminal_reaches_the_workload_through_us_alone()
    {
        HostRequirement.Require(program: "script");
        var run = DriverRun.StartInTerminal(_state, "{0}", "--", "sh", "-c", "test -t 0 && echo terminal; n=0; trap 'n=$((n+1)); > /dev/shm/INT' INT; > /dev/shm/ready; "
            + "while test ! -e /dev/shm/INT; do sleep 0.05; done; sleep 0.3; echo times $n");
        WaitUntilReady(run);
        run.Input("\u0003").Finish();

        run.Output.ReplaceLineEndings("\n").Should().StartWith("terminal\n").And.EndWith("times 1\n");
        run.End.Should().Be("0 - - True True");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Crash_of_the_tool_leaves_no_paused_container()
    {
        var run = DriverRun.Start(_state, "--crash", "--", "true").Finish();

        run.ExitCode.Should().Be(134, "the runtime aborts on an exception that nobody catches");
        _state.Left().Should().BeEmpty();
    }

    // As `runc pause` does: in the freezer's hierarchy of cgroup version 1, else in the one of version 2.
    static void Pause(int pid)
    {
        var groups = File.ReadLines($"/proc/{pid}/cgroup").Select(line => line.Split(':', 3)).ToList();
        if (groups.Find(group => group[1] == "freezer") is { } first) File.WriteAllText($"/sys/fs/cgroup/freezer{first[2]}/freezer.state", "FROZEN");
        else File.WriteAllText($"/sys/fs/cgroup{groups.Single(group => group[0] == "0")[2]}/cgroup.freeze", "1");
    }

    static void WaitUntilReady(DriverRun run) => WaitForFile(run, "ready");

    static void WaitForFile(DriverRun run, string name)
    {
        var pid = run.InitPid;
        WaitFor(() => File.Exists($"/proc/{pid}/root/dev/shm/{name}"));
    }

    static void WaitFor(Func<bool> condition)
    {
        for (var i = 0; i < 3000 && !condition(); i++) Thread.Sleep(10);
        condition().Should().BeTrue();
    }
}
