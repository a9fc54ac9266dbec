using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>Programs whose every call is known: the recording must have exactly these.</summary>
public sealed class BpfRecorderCountTests
{
    [Theory]
    [InlineData("loops")]
    [InlineData("arguments")]
    [InlineData("paths")]
    [InlineData("processes")]
    [InlineData("signals")]
    [InlineData("seccomp")]
    [InlineData("threads", "4", "200000")]
    [InlineData("threads", "500", "100")]
    [InlineData("storm", "10000")]
    public void Every_call_is_counted_and_no_other(string workload, params string[] arguments)
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, output, status) = Record([Workload.Build(workload), .. arguments]);

        status.Should().Be(0);
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().BeEmpty();
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
    }

    static (RecordedCalls Calls, string Output, int Status) Record(string[] command, BpfRecorderOptions? options = null, bool ownPidNamespace = true)
    {
        using var recorder = BpfRecorder.Open(options);
        using var program = new LaunchedProgram(command, ownPidNamespace);
        recorder.Follow(program.Pid);
        program.Go();
        var (output, status) = program.Wait();
        return (recorder.Read(), output, status);
    }
}
