using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using Tmds.Linux;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>What is said where it cannot work, and what is left when it is over.</summary>
public sealed class BpfRecorderFailureTests
{
    [Fact]
    public void Without_permission_it_says_what_is_needed()
    {
        HostRequirement.Require(root: true, btf: true);

        var failure = FailureOf(() => AsNobody(() => BpfRecorder.Open()));

        failure.Should().Be(new Failure(
            FailureCode.NoPermission, "bpf BPF_MAP_CREATE 'sp_counts': EPERM (1, operation not permitted)", null,
            "run as root, or with the capabilities CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE"));
    }

    [Fact]
    public void Without_the_kernels_types_it_says_what_is_needed()
    {
        var failure = FailureOf(() => BpfRecorder.Open(new BpfRecorderOptions { KernelTypesPath = "/sys/kernel/btf/none" }));

        failure.Should().Be(new Failure(
            FailureCode.NoPermission, "the kernel does not offer its types (BTF), which the eBPF recorder needs", "/sys/kernel/btf/none",
            "use a kernel from 5.15 on that is built with CONFIG_DEBUG_INFO_BTF=y"));
    }

    [Fact]
    public void A_kernel_without_the_tracepoints_is_refused()
    {
        HostRequirement.Require(btf: true);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "vmlinux");
        File.WriteAllBytes(path, BtfWriter.IntAndArrayOfU64(1));

        var failure = FailureOf(() => BpfRecorder.Open(new BpfRecorderOptions { KernelTypesPath = path }));

        (failure.Code, failure.What).Should().Be((FailureCode.NoPermission, "the kernel has no struct member pt_regs.orig_ax, which the eBPF recorder needs"));
    }

    // A start waits for the verifier. 9,137 on Linux 6.18; with branches that it cannot merge again they are soon ten times as many.
    [Fact]
    public void The_verifier_has_little_to_walk_through()
    {
        HostRequirement.Require(root: true, btf: true);
        const string field = "verified_insns:"; // since Linux 5.16, kernel/bpf/syscall.c: bpf_prog_show_fdinfo
        using var recorder = BpfRecorder.Open();

        var walked = recorder.Programs.Sum(program => File.ReadLines($"/proc/self/fdinfo/{program.Fd}")
            .Where(line => line.StartsWith(field, StringComparison.Ordinal)).Sum(line => int.Parse(line.AsSpan(field.Length), provider: null)));

        walked.Should().BeLessThan(20_000);
    }

    [Fact]
    public void A_program_that_the_verifier_refuses_is_shown_with_its_reason()
    {
        HostRequirement.Require(root: true, btf: true);
        var types = BtfTypes.Parse(File.ReadAllBytes(BtfTypes.KernelPath));
        var code = new Assembler();
        code.Exit();

        var failure = FailureOf(() => BpfProgram.Load("bad", types.TracepointId("sys_exit")!.Value, code.Assemble()));

        (failure.Code, failure.What).Should().Be((FailureCode.RecordingFailed, "bpf BPF_PROG_LOAD 'bad': EACCES (13, permission denied)"));
        failure.Where.Should().Contain("R0 !read_ok");
    }

    [Fact]
    public void Of_a_long_log_the_end_is_shown_with_the_number_of_lines_left_out()
    {
        var log = string.Join('\n', Enumerable.Range(1, 100));

        BpfProgram.LastLines(log).Should().StartWith("(80 lines omitted)\n81\n82").And.EndWith("\n100");
        BpfProgram.LastLines("1\n2").Should().Be("1\n2");
    }

    [Fact]
    public void When_it_is_disposed_the_kernel_has_none_of_its_programs()
    {
        HostRequirement.Require(root: true, btf: true);
        List<uint> ids;
        using (var recorder = BpfRecorder.Open())
        {
            ids = [.. recorder.Programs.Select(program => IdOf(program.Fd))];
            ids.Should().OnlyContain(id => Exists(id));
        }

        SpinWait.SpinUntil(() => !ids.Exists(Exists), TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-1\n", 2)]
    [InlineData("0-3,8,10-11\n", 7)]
    public void Possible_cpus_are_counted(string list, int count) => Cpus.Count(list).Should().Be(count);

    [Theory]
    [InlineData("NSpid:\t4711\t1", true)]
    [InlineData("NSpid:\t4711\t12\t1", true)]
    [InlineData("NSpid:\t4711\t12", false)]
    [InlineData("NSpid:\t1", false)]
    [InlineData("Pid:\t1", false)]
    public void Only_number_1_of_a_namespace_of_its_own_stands_for_it(string line, bool stands) => ProcessStatus.IsInit(["Name:\tx", line]).Should().Be(stands);

    // Credentials belong to a thread; .NET never changes them, so a thread that ends afterwards does no harm.
    static void AsNobody(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            const int nobody = 65534;
            ((int)LibC.syscall(Syscalls.NrOf(Kernel.HostAbi, "setresuid")!.Value.Value, nobody, nobody, nobody)).Should().Be(0);
            thrown = Record.Exception(action);
        });
        thread.Start();
        thread.Join();
        if (thrown is not null) throw thrown;
    }

    static Failure FailureOf(Action action) => action.Should().Throw<FailureException>().Which.Failure;

    static uint IdOf(int programFd) =>
        uint.Parse(File.ReadLines($"/proc/self/fdinfo/{programFd}").Single(line => line.StartsWith("prog_id:", StringComparison.Ordinal)).AsSpan("prog_id:".Length).Trim());

    static bool Exists(uint id)
    {
        const int BPF_PROG_GET_FD_BY_ID = 13;
        var attribute = new BpfProgramById { prog_id = id };
        var fd = Kernel.Bpf(BPF_PROG_GET_FD_BY_ID, ref attribute);
        if (fd >= 0) LibC.close(fd);
        return fd >= 0;
    }

    struct BpfProgramById
    {
        public uint prog_id;
    }
}
