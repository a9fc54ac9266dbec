using System.Text;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Tests.Recorders;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>What is counted where the kernel's tables or tracepoints are short of something.</summary>
public sealed class BpfRecorderCountTests
{
    [Fact]
    public void On_a_kernel_that_shows_an_execve_late_it_is_counted_without_its_arguments()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, output, _) = RecordedProgram.Run([Workload.Build("processes")], new BpfRecorderOptions { UsesPrepareExec = false });

        ExpectedCalls.Difference(calls.Observations, output.Replace("execveat flags=0x1000", "execveat -", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("arguments")]
    [InlineData("files")]
    [InlineData("sockets")]
    public void On_a_kernel_without_typed_reads_the_same_is_counted(string workload)
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, output, _) = RecordedProgram.Run([Workload.Build(workload)], new BpfRecorderOptions { ReadsTyped = false });

        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
    }

    [Fact]
    public void Where_the_verifier_refuses_typed_reads_the_same_is_counted_by_helpers()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "vmlinux");
        File.WriteAllBytes(path, Renamed(File.ReadAllBytes(BtfTypes.KernelPath), "bpf_rdonly_cast", "handle_mm_fault"));
        var isTyped = true;

        var (calls, output, _) = RecordedProgram.Run(() =>
        {
            var recorder = BpfRecorder.Open(new BpfRecorderOptions { KernelTypesPath = path });
            isTyped = recorder.ReadsTyped;
            return recorder;
        }, [Workload.Build("files")]);

        isTyped.Should().BeFalse();
        ExpectedCalls.Difference(calls.Observations, output).Should().BeEmpty();
    }

    [Fact]
    public void Where_the_kernel_has_what_typed_reads_need_they_are_used()
    {
        HostRequirement.Require(root: true, btf: true);
        using var recorder = BpfRecorder.Open();

        recorder.ReadsTyped.Should().Be(BtfTypes.Parse(File.ReadAllBytes(BtfTypes.KernelPath)).FunctionId("bpf_rdonly_cast") is not null);
    }

    // A name for a function that programs may not call: the verifier is asked for it in good faith.
    static byte[] Renamed(byte[] types, string name, string other)
    {
        byte[] from = Encoding.ASCII.GetBytes($"\0{name}\0"), to = Encoding.ASCII.GetBytes($"\0{other}\0");
        int first = types.AsSpan().IndexOf(from), second = types.AsSpan().IndexOf(to);
        if (first >= 0) to.CopyTo(types, first);
        from.CopyTo(types, second);
        return types;
    }

    [Fact]
    public void A_kind_that_the_full_table_has_no_room_for_is_lost_and_counted_so()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, _, status) = RecordedProgram.Run([Workload.Build("flood"), "5000", "0"], new BpfRecorderOptions { MaxKinds = 64 });

        status.Should().Be(0);
        calls.Lost.Should().BeGreaterThan(4900);
        (calls.Lost + calls.Events).Should().Be(5000 + 3);
    }

    [Fact]
    public void A_call_whose_path_the_full_table_has_no_room_for_is_counted_without_it_and_said()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, _, _) = RecordedProgram.Run([Workload.Build("flood"), "0", "1000"], new BpfRecorderOptions { MaxPaths = 64 });

        var removals = calls.Observations.Where(seen => seen.Nr == Syscalls.NrOf(Abi.Amd64, "rmdir")).ToList();
        removals.Sum(seen => (long)seen.Count).Should().Be(1000);
        var bare = removals.Single(seen => seen.Path is null).Count;
        bare.Should().Be(1000 - (ulong)(removals.Count - 1));
        calls.Lost.Should().Be(0);
        calls.Reasons.Should().Equal($"paths of {bare} calls not recorded: more distinct paths than the table holds");
    }

    [Fact]
    public void Executables_that_the_full_table_has_no_room_for_are_said()
    {
        HostRequirement.Require(root: true, program: "cc", btf: true, amd64: true);

        var (calls, _, _) = RecordedProgram.Run(["/bin/sh", "-c", "/bin/true; /bin/false; /bin/echo"], new BpfRecorderOptions { MaxExecutables = 2 });

        calls.Reasons.Should().ContainSingle().Which.Should().StartWith("programs of ").And.EndWith(" execve calls not recorded: more distinct programs than the table holds");
        calls.Observations.SelectMany(seen => seen.Executables).Should().Contain(BpfRecorder.UnknownExecutable);
    }
}
