using SyscallProbe.Recording.Host;
using SyscallProbe.Tests;
using Tmds.Linux;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>What a tool that was killed leaves is removed by the next one that starts.</summary>
public sealed class LeftoverTests : IDisposable
{
    readonly StateFolder _state = new();

    public LeftoverTests() => HostRequirement.Require(root: true, program: "runc");

    public void Dispose() => _state.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_tool_leaves_nothing_behind_the_next_start(bool isStarted)
    {
        string[] mode = isStarted ? [] : ["--never-start"];
        var killed = DriverRun.Start(_state, [.. mode, "--", "sh", "-c", "sleep 1000 & sleep 1000"]);
        var init = killed.InitPid;
        if (isStarted) killed.WaitFor("phase");
        killed.Signal(LibC.SIGKILL);
        killed.Finish();
        ProcessStat.Read(init)!.Value.HasEnded.Should().BeFalse("only the next start may end it");
        _state.Left().Should().NotBeEmpty();

        var next = DriverRun.Start(_state, "--", "true").Finish();

        next.End.Should().Be("0 - - False False");
        (ProcessStat.Read(init)?.HasEnded ?? true).Should().BeTrue();
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Run_of_a_living_tool_is_left_alone()
    {
        var living = DriverRun.Start(_state, "--", "cat");
        living.WaitFor("phase");

        DriverRun.Start(_state, "--", "true").Finish().End.Should().Be("0 - - False False");

        living.Input("still here").Finish().Output.Should().Be("still here");
        living.End.Should().Be("0 - - False False");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Folder_without_an_owner_is_removed()
    {
        Directory.CreateDirectory(_state.Path + "/syscallprobe-000000000000/scratch");

        DriverRun.Start(_state, "--", "true").Finish().End.Should().Be("0 - - False False");

        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Many_at_once_do_not_disturb_each_other()
    {
        var runs = Enumerable.Range(0, 4).Select(i => DriverRun.Start(_state, "--", "sh", "-c", $"echo {i}; exit {i}")).ToList();

        for (var i = 0; i < runs.Count; i++) (runs[i].Finish().Output, runs[i].End).Should().Be(($"{i}\n", $"{i} - - False False"));
        _state.Left().Should().BeEmpty();
    }
}
