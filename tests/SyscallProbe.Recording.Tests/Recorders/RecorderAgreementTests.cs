using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Recorders;

/// <summary>Both recorders give the same observations of a program that does the same in each run.</summary>
public sealed class RecorderAgreementTests
{
    [Theory]
    [MemberData(nameof(RecordedProgram.Deterministic), MemberType = typeof(RecordedProgram))]
    public void Workload_gives_equal_observations(string workload)
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        Same(Workload.Build(workload));
    }

    [Fact]
    public void Programs_of_the_system_give_equal_observations()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true);
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "script");
        File.Copy("/bin/true", script); // for its mode
        File.WriteAllText(script, "#!/bin/sh -e\ncat /nonexistent 2> /dev/null || echo none > /dev/null\nls /proc/self /sys > /dev/null\n");

        Same("/bin/sh", "-c", $"{script}; exec /bin/cat /etc/passwd > /dev/null");
    }

    static void Same(params string[] command)
    {
        var (ebpf, _, status) = RecordedProgram.Run(RecorderKind.Ebpf, command);
        var (ptrace, _, _) = RecordedProgram.Run(RecorderKind.Ptrace, command);

        status.Should().Be(0);
        Lines(ptrace).Except(Lines(ebpf)).Should().BeEmpty("eBPF has in their place: {0}", string.Join("; ", Lines(ebpf).Except(Lines(ptrace))));
        Lines(ptrace).Should().Equal(Lines(ebpf));
        ptrace.SeccompFilter.Should().Be(ebpf.SeccompFilter);
    }

    static List<string> Lines(RecordedCalls calls) => [.. calls.Observations.Select(seen =>
        $"{seen.Count} × {seen.Abi} {Syscalls.NameOf(seen.Abi, seen.Nr)} {string.Join(',', seen.Arguments)} {seen.Path} {seen.Result} {seen.Phase} {string.Join(' ', seen.Executables)}")];
}
