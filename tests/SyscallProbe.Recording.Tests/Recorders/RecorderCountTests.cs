using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>Programs whose every call is known: a recording must have exactly these, whichever recorder made it.</summary>
public sealed class RecorderCountTests
{
    [Theory]
    [MemberData(nameof(RecordedProgram.Deterministic), MemberType = typeof(RecordedProgram))]
    [InlineData("x32")]
    [InlineData("threads", "4", "200000")]
    [InlineData("threads", "500", "100")]
    [InlineData("storm", "10000")]
    public void Every_call_is_counted_by_eBPF_and_no_other(string workload, params string[] arguments) => Check(RecorderKind.Ebpf, workload, arguments);

    // Fewer calls, as each costs some hundred times as much.
    [Theory]
    [MemberData(nameof(RecordedProgram.Deterministic), MemberType = typeof(RecordedProgram))]
    [InlineData("x32")]
    [InlineData("threads", "4", "5000")]
    [InlineData("threads", "500", "10")]
    [InlineData("storm", "2000")]
    public void Every_call_is_counted_by_ptrace_and_no_other(string workload, params string[] arguments) => Check(RecorderKind.Ptrace, workload, arguments);

    static void Check(RecorderKind kind, string workload, string[] arguments)
    {
        HostRequirement.Require(root: true, program: "cc", btf: kind == RecorderKind.Ebpf, amd64: true);

        var (calls, output, status) = RecordedProgram.Run(kind, [Workload.Build(workload), .. arguments]);

        status.Should().Be(0);
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().BeEmpty();
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
        calls.Events.Should().Be((ulong)calls.Observations.Sum(seen => (decimal)seen.Count));
    }
}
