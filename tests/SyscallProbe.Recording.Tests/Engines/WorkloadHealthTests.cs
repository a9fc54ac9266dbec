using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>A health check that runs inside the container.</summary>
public sealed class WorkloadHealthTests : IDisposable
{
    const string Server = "trap 'exit 0' TERM; sleep 0.3; > /run/healthy; while :; do sleep 0.05; done";

    readonly StateFolder _state = new();

    public WorkloadHealthTests() => HostRequirement.Require(root: true, program: "runc");

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Healthy_workload_is_told_and_ended()
    {
        var run = DriverRun.Start(_state, "--health", "test -e '/run/healthy'", "--", "sh", "-c", Server).Finish();

        run.End.Should().Be("0 - True True False");
        run.Report.Where(line => line.StartsWith("phase")).Should().Equal("phase Startup", "phase Serving", "phase Shutdown");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Duration_begins_when_it_is_healthy()
    {
        var run = DriverRun.Start(_state, "--health", "true", "--duration", "1500", "--stop-timeout", "100", "--", "sh", "-c", "trap 'exit 0' TERM; for i in $(seq 5); do sleep 0.05; echo $i; done; sleep 1000").Finish();

        run.Output.Should().EndWith("5\n");
        run.End.Should().StartWith("- 9 True True False", "a shell that waits for sleep takes the signal only afterwards");
    }

    [Fact]
    public void Workload_that_never_gets_healthy_is_broken()
    {
        var run = DriverRun.Start(_state, "--health", "sh -c 'echo not yet; exit 5'", "--health-timeout", "2000", "--", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done").Finish();

        run.End.Should().Be("0 - False True False");
        run.Report.Should().Contain("note it was not healthy within 2 s; the last health check: exit status 5, 'not yet'");
        run.Output.Should().BeEmpty("what a health check prints is not the workload's");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Health_check_that_hangs_is_no_answer()
    {
        var run = DriverRun.Start(_state, "--health", "sleep 1000", "--health-timeout", "500", "--", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done").Finish();

        run.End.Should().Be("0 - False True False");
        run.Report.Should().Contain("note it was not healthy within 0.5 s; the first health check has not ended");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Workload_that_ends_before_it_is_healthy_is_broken()
    {
        var run = DriverRun.Start(_state, "--health", "no-such-program", "--", "sh", "-c", "sleep 2; exit 3").Finish();

        run.End.Should().Be("3 - False False False");
        run.Report.Should().Contain(line => line.StartsWith("note it ended before it was healthy; the last health check: exit status 255, ") && line.Contains("no-such-program"));
    }
}
