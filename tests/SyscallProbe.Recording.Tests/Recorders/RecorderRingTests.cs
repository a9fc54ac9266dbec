using System.Collections.Immutable;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>What a workload has done through io_uring: no call shows it.</summary>
public sealed class RecorderRingTests
{
    [Fact]
    public void Operations_of_rings_are_counted_by_opcode_beside_the_calls()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, output, status) = RecordedProgram.Run(RecorderKind.Ebpf, Workload.Build("rings"));

        status.Should().Be(0);
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().BeEmpty();
        calls.Observations.Where(IsOperation).Should().OnlyContain(seen => seen.Executables.SetEquals(new[] { Workload.Build("rings") }));
    }

    [Fact]
    public void Ptrace_sees_the_calls_alone_and_says_so()
    {
        HostRequirement.Require(root: true, program: "cc", amd64: true);

        var (calls, output, status) = RecordedProgram.Run(RecorderKind.Ptrace, Workload.Build("rings"));

        status.Should().Be(0);
        ExpectedCalls.Difference(calls.Observations, WithoutOperations(output)).Should().BeEmpty();
        calls.Reasons.Should().Equal("operations through io_uring not recorded: ptrace sees calls alone; the eBPF recorder counts them");
    }

    [Fact]
    public void A_kernel_that_does_not_show_them_is_said_to()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, output, _) = RecordedProgram.Run([Workload.Build("rings")], new BpfRecorderOptions { SeesRings = false });

        ExpectedCalls.Difference(calls.Observations, WithoutOperations(output)).Should().BeEmpty();
        calls.Reasons.Should().Equal("operations through io_uring not recorded: the kernel shows their opcodes from 6.0 on");
    }

    /// <summary>The lines of a program's output without those of operations.</summary>
    public static string WithoutOperations(string output) => string.Join('\n', output.Split('\n').Where(line => !line.Contains("opcode=", StringComparison.Ordinal)));

    static bool IsOperation(Observation seen) => seen.Arguments.Any(argument => argument.Name == "opcode");
}
