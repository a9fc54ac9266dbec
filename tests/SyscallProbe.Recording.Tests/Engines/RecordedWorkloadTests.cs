using System.Text;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using CompiledWorkload = SyscallProbe.Recording.Tests.Workloads.Workload;
using Workload = SyscallProbe.Recording.Engines.Workload;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>A workload and a recorder together, as the command line uses them.</summary>
public sealed class RecordedWorkloadTests
{
    [Fact]
    public void Recording_has_every_call_of_the_workload_and_none_of_runc()
    {
        HostRequirement.Require(root: true, programs: ["runc", "cc"], btf: true, amd64: true);
        using var state = new StateFolder();
        using var recorder = BpfRecorder.Open();
        var plan = new WorkloadPlan
        {
            Source = new WorkloadSource.HostRoot(),
            Argv = [CompiledWorkload.Build("loops")],
            CaptureOutput = true,
            StateFolder = state.Path,
        };

        using var workload = Workload.Create(plan);
        recorder.Follow(workload.InitPid);
        workload.Start();
        var end = workload.Wait(recorder.SetPhase);
        var calls = recorder.Read();

        end.ExitCode.Should().Be(0);
        calls.Lost.Should().Be(0);
        ExpectedCalls.Difference(calls.Observations, Encoding.UTF8.GetString(workload.Output.Span)).Should().BeEmpty();
        state.Left().Should().BeEmpty();
    }
}
