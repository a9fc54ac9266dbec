using System.Diagnostics;
using SyscallProbe.Recording.Tests.Recorders;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>Calls that an amd64 process makes by the conventions of another ABI.</summary>
public sealed class BpfRecorderForeignAbiTests
{
    [Fact]
    public void Calls_by_the_32_bit_entry_are_recorded_as_i386()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using (var attempt = Process.Start(new ProcessStartInfo(Workload.Build("ia32")) { RedirectStandardOutput = true })!)
        {
            attempt.WaitForExit();
            Assert.SkipUnless(attempt.ExitCode == 0, "the kernel runs no 32-bit code: int 0x80 ends in SIGSEGV");
        }

        var (calls, output, _) = RecordedProgram.Run([Workload.Build("ia32")]);

        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
    }
}
