using CsCheck;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bpf;

public sealed class BtfTypesTests
{
    [Fact]
    public void The_running_kernels_types_are_read()
    {
        HostRequirement.Require(btf: true, amd64: true);

        var types = BtfTypes.Parse(File.ReadAllBytes(BtfTypes.KernelPath));

        types.Count.Should().BeGreaterThan(10_000);
        // struct pt_regs is part of the user ABI (ptrace) and never changes: arch/x86/include/uapi/asm/ptrace.h.
        types.OffsetOf("pt_regs", "di").Should().Be(14 * 8);
        types.OffsetOf("pt_regs", "orig_ax").Should().Be(15 * 8);
        types.TracepointId("sys_exit").Should().BePositive();
        types.ArgumentPointsTo("sys_exit", 0, "pt_regs").Should().BeTrue();
        types.ArgumentPointsTo("sys_exit", 0, "task_struct").Should().BeFalse();
        types.ArgumentPointsTo("sys_nothing", 0, "pt_regs").Should().BeFalse();
        types.ArgumentPointsTo("sys_exit", 1, "pt_regs").Should().BeFalse();
        types.ArgumentPointsTo("sys_exit", 2, "pt_regs").Should().BeFalse();
        types.ArgumentIsNumber("sys_exit", 1, sizeof(long)).Should().BeTrue();
        types.ArgumentIsNumber("sys_exit", 1, sizeof(int)).Should().BeFalse();
        types.ArgumentIsNumber("sys_exit", 0, sizeof(long)).Should().BeFalse();
    }

    [Fact]
    public void Members_within_structs_arrays_and_unnamed_unions_are_found()
    {
        HostRequirement.Require(btf: true);

        var types = BtfTypes.Parse(File.ReadAllBytes(BtfTypes.KernelPath));

        var (first, second) = (types.OffsetOf("pid", "numbers[0].ns"), types.OffsetOf("pid", "numbers[1].ns"));
        second.Should().BeGreaterThan(first);
        types.HasMember("task_struct", "thread_info.flags").Should().BeTrue();
        // struct sigqueue's siginfo is kernel_siginfo, whose members lie in an unnamed struct: include/linux/signal_types.h.
        types.HasMember("kernel_siginfo", "si_signo").Should().BeTrue();
    }

    [Fact]
    public void What_the_kernel_lacks_is_said()
    {
        var types = BtfTypes.Parse(BtfWriter.IntAndArrayOfU64(8));

        types.TracepointId("sys_exit").Should().BeNull();
        types.HasMember("pt_regs", "di").Should().BeFalse();
        types.Invoking(it => it.OffsetOf("pt_regs", "di")).Should().Throw<FailureException>().Which.Message.Should().Be(
            """
            the kernel has no struct member pt_regs.di, which the eBPF recorder needs
              at  /sys/kernel/btf/vmlinux
              fix use a kernel from 5.15 on
            """);
    }

    [Fact]
    public void What_is_written_is_read() => BtfTypes.Parse(BtfWriter.IntAndArrayOfU64(8)).Count.Should().Be(3);

    [Fact]
    public void Other_files_are_refused()
    {
        var parsing = () => BtfTypes.Parse("#!/bin/sh and some more text"u8.ToArray());

        parsing.Should().Throw<FailureException>().Which.Failure.Should().Be(
            new Failure(FailureCode.BadInput, "the kernel's BTF is damaged: no BTF magic 0xeb9f", "/sys/kernel/btf/vmlinux, byte 0"));
    }

    [Fact]
    public void Damaged_types_are_refused_or_read_within_their_bounds() =>
        Gen.Select(Gen.Int[0, BtfWriter.IntAndArrayOfU64(4).Length - 1], Gen.Byte, Gen.Int[0, BtfWriter.IntAndArrayOfU64(4).Length]).Sample((at, value, length) =>
        {
            var bytes = BtfWriter.IntAndArrayOfU64(4);
            bytes[at] = value;
            ReadEverything(bytes);
            ReadEverything(bytes[..length]);
        });

    [Fact]
    public void Random_bytes_behind_the_magic_are_refused_or_read_within_their_bounds() =>
        Gen.Byte.Array[22, 300].Sample(bytes => ReadEverything([0x9f, 0xeb, .. bytes]));

    static void ReadEverything(byte[] bytes)
    {
        try
        {
            var types = BtfTypes.Parse(bytes);
            _ = types.TracepointId("x");
            _ = types.ArgumentPointsTo("x", 0, "y");
            _ = types.HasMember("", "x[1].y");
            _ = types.HasMember("int", "x");
        }
        catch (FailureException)
        {
        }
    }
}
