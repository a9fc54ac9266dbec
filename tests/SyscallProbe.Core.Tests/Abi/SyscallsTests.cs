using System.Globalization;

namespace SyscallProbe.Core.Tests.AbiTables;

public sealed class SyscallsTests
{
    [Theory]
    [InlineData(Abi.Amd64, 0, "read")]
    [InlineData(Abi.Amd64, 16, "ioctl")]
    [InlineData(Abi.Amd64, 334, "rseq")]
    [InlineData(Abi.Amd64, 336, "uprobe")]
    [InlineData(Abi.Amd64, 425, "io_uring_setup")]
    [InlineData(Abi.Amd64, 469, "file_setattr")]
    [InlineData(Abi.Arm64, 0, "io_setup")]
    [InlineData(Abi.Arm64, 29, "ioctl")]
    [InlineData(Abi.Arm64, 38, "renameat")]
    [InlineData(Abi.Arm64, 79, "newfstatat")]
    [InlineData(Abi.Arm64, 163, "getrlimit")]
    [InlineData(Abi.Arm64, 222, "mmap")]
    [InlineData(Abi.Arm64, 447, "memfd_secret")]
    [InlineData(Abi.Arm64, 469, "file_setattr")]
    [InlineData(Abi.I386, 0, "restart_syscall")]
    [InlineData(Abi.I386, 102, "socketcall")]
    [InlineData(Abi.I386, 422, "futex_time64")]
    [InlineData(Abi.X32, 0, "read")]
    [InlineData(Abi.X32, 512, "rt_sigaction")]
    [InlineData(Abi.X32, 547, "pwritev2")]
    public void A_number_has_the_name_that_its_abi_gives_it(Abi abi, int nr, string name)
    {
        Syscalls.NameOf(abi, new Nr(nr)).Should().Be(name);
        Syscalls.NrOf(abi, name).Should().Be(new Nr(nr));
    }

    [Theory]
    [InlineData(Abi.Amd64, -1)]
    [InlineData(Abi.Amd64, 337)] // 337 to 423 stay free so that new numbers are the same on all architectures
    [InlineData(Abi.Amd64, 470)]
    [InlineData(Abi.Amd64, 512)] // x32's own range
    [InlineData(Abi.Amd64, int.MaxValue)]
    [InlineData(Abi.Amd64, int.MinValue)]
    [InlineData(Abi.Arm64, 244)] // 244 to 259 belong to other architectures
    [InlineData(Abi.Arm64, 403)] // 32-bit only
    [InlineData(Abi.I386, 222)]
    [InlineData(Abi.X32, 13)] // rt_sigaction of the 64-bit ABI
    [InlineData(Abi.X32, 548)]
    public void A_number_outside_of_the_table_has_no_name(Abi abi, int nr) => Syscalls.NameOf(abi, new Nr(nr)).Should().BeNull();

    [Theory]
    [InlineData(Abi.Amd64, "uname26")]
    [InlineData(Abi.Amd64, "READ")]
    [InlineData(Abi.Amd64, "")]
    [InlineData(Abi.Arm64, "open")]
    [InlineData(Abi.Arm64, "arch_prctl")]
    public void A_name_that_the_abi_lacks_has_no_number(Abi abi, string name) => Syscalls.NrOf(abi, name).Should().BeNull();

    // The counts are those of v6.18's own generated headers (asm/unistd_64.h of x86 and arm64, unistd_32.h, unistd_x32.h).
    [Theory]
    [InlineData(Abi.Amd64, 383)]
    [InlineData(Abi.Arm64, 325)]
    [InlineData(Abi.I386, 459)]
    [InlineData(Abi.X32, 372)]
    public void All_lists_the_abi_by_ascending_number(Abi abi, int count)
    {
        var all = Syscalls.All(abi);

        all.Should().HaveCount(count).And.BeInAscendingOrder(row => row.Nr.Value);
        all.Select(row => row.Name).Should().OnlyHaveUniqueItems();
        all.Should().OnlyContain(row => Syscalls.NameOf(abi, row.Nr) == row.Name);
    }

    [Fact]
    public void Amd64_numbers_are_those_of_the_headers_that_are_installed()
    {
        const string header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
        Assert.SkipUnless(File.Exists(header), $"{header} is not there: install linux-libc-dev");

        var defined = File.ReadLines(header).Select(line => line.Split(' ')).Where(words => words is ["#define", ['_', '_', 'N', 'R', '_', ..], _]).ToList();

        defined.Should().NotBeEmpty();
        foreach (var words in defined)
            Syscalls.NrOf(Abi.Amd64, words[1]["__NR_".Length..])?.Value.ToString(CultureInfo.InvariantCulture).Should().Be(words[2], words[1]);
    }
}
