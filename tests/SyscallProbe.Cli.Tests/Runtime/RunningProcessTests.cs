using System.Diagnostics;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Recording.Tests.Running;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary><c>--pid</c>: whatever becomes of the tool, the process goes on.</summary>
public sealed class RunningProcessTests
{
    [Theory]
    [InlineData("ebpf")]
    [InlineData("ptrace")]
    public void A_process_is_recorded_until_it_ends(string recorder)
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using var folder = new TemporaryFolder();
        using var program = LateProgram.Start();

        using var tool = new RunningTool(["record", "-o", folder.Path + "/late.trace.json", "--pid", $"{program.Pid}", "--recorder", recorder]);
        program.Input.Write("x");
        var (output, status) = program.Wait();

        (tool.End(), status).Should().Be((0, 0));
        ExpectedCalls.Difference(tool.Trace().Observations, output).Should().BeEmpty();
        (tool.Trace().Evidence.Grade, tool.Trace().Evidence.SeccompFilter).Should().Be((EvidenceGrade.Partial, false));
        tool.Trace().Evidence.ExitCode.Should().Be(recorder == "ebpf" ? 0 : null);
    }

    [Theory]
    [InlineData("ebpf", "INT")]
    [InlineData("ebpf", "TERM")]
    [InlineData("ebpf", "KILL")]
    [InlineData("ptrace", "INT")]
    [InlineData("ptrace", "TERM")]
    [InlineData("ptrace", "KILL")]
    public void The_process_goes_on_when_the_tool_is_told_to_end_or_killed(string recorder, string signal)
    {
        HostRequirement.Require(root: true, programs: ["dd", "kill"], btf: true);
        using var folder = new TemporaryFolder();
        // Hardly ever outside of a call.
        using var busy = Process.Start(new ProcessStartInfo("dd", ["if=/dev/zero", "of=/dev/null", "bs=1"]) { RedirectStandardError = true })!;
        try
        {
            using var tool = new RunningTool(["record", "-o", folder.Path + "/dd.trace.json", "--pid", $"{busy.Id}", "--recorder", recorder]);
            var before = CallsOf(busy.Id);
            SpinWait.SpinUntil(() => CallsOf(busy.Id) > before + 100, TimeSpan.FromSeconds(60)).Should().BeTrue();

            tool.Signal(signal);
            tool.End().Should().Be(signal == "KILL" ? 137 : 0, tool.Error);

            SpinWait.SpinUntil(() => File.ReadLines($"/proc/{busy.Id}/status").Contains("TracerPid:\t0"), TimeSpan.FromSeconds(60)).Should().BeTrue();
            var after = CallsOf(busy.Id);
            SpinWait.SpinUntil(() => CallsOf(busy.Id) > after + 100, TimeSpan.FromSeconds(60)).Should().BeTrue("it goes on");
            busy.HasExited.Should().BeFalse();
            File.Exists(folder.Path + "/dd.trace.json").Should().Be(signal != "KILL");
            if (signal != "KILL") tool.Trace().Evidence.Should().BeEquivalentTo(new { ExitCode = (int?)null, Signal = (int?)null, Succeeded = (bool?)null, Grade = EvidenceGrade.Partial });
        }
        finally
        {
            busy.Kill();
        }

        static ulong CallsOf(int pid) => ulong.Parse(File.ReadLines($"/proc/{pid}/io").First(line => line.StartsWith("syscr: ", StringComparison.Ordinal))["syscr: ".Length..]);
    }
}
