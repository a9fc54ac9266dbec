using System.Collections.Immutable;
using CsCheck;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.AbiTables;

public sealed class ConstantsTests
{
    [Theory]
    [InlineData("ioctl", "cmd", 0x5404, "TCSETSF")]
    [InlineData("ioctl", "cmd", 0x541b, "FIONREAD")]
    [InlineData("ioctl", "cmd", 0x40049409, "FICLONE")]
    [InlineData("ioctl", "cmd", 0x400454ca, "TUNSETIFF")]
    [InlineData("ioctl", "cmd", 0xae80, "KVM_RUN")]
    [InlineData("ioctl", "cmd", 0x12345678, "305419896")]
    [InlineData("fcntl", "cmd", 1033, "F_ADD_SEALS")]
    [InlineData("prctl", "option", 38, "PR_SET_NO_NEW_PRIVS")]
    [InlineData("arch_prctl", "option", 0x1002, "ARCH_SET_FS")]
    [InlineData("socket", "family", 1, "AF_UNIX")]
    [InlineData("socket", "family", 200, "200")]
    [InlineData("socket", "type", 3, "SOCK_RAW")]
    [InlineData("socket", "type", 0x80801, "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC")]
    [InlineData("socket", "type", 0x80007, "SOCK_CLOEXEC|0x7")]
    [InlineData("open", "flags", 0, "0")]
    [InlineData("open", "flags", 0x101000, "O_SYNC")]
    [InlineData("open", "flags", 0x1000, "O_DSYNC")]
    [InlineData("open", "flags", 0x410002, "O_RDWR|O_TMPFILE")]
    [InlineData("open", "flags", 0x98800, "O_NONBLOCK|O_LARGEFILE|O_DIRECTORY|O_CLOEXEC")]
    [InlineData("open", "flags", 0x40000001, "O_WRONLY|0x40000000")]
    [InlineData("open", "flags", 0x40000000, "1073741824")]
    [InlineData("futex", "op", 0, "FUTEX_WAIT")]
    [InlineData("futex", "op", 129, "FUTEX_WAKE_PRIVATE")]
    [InlineData("futex", "op", 0x189, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME")]
    [InlineData("clone", "clone_flags", 0x3d0f00, "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID")]
    [InlineData("clone3", "flags", 0x100000100, "CLONE_VM|CLONE_CLEAR_SIGHAND")]
    [InlineData("mmap", "prot", 0, "0")]
    [InlineData("mmap", "flags", 0x22, "MAP_PRIVATE|MAP_ANONYMOUS")]
    [InlineData("mmap", "flags", 3, "MAP_SHARED_VALIDATE")]
    [InlineData("mmap", "flags", 0x54040022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_HUGE_2MB")]
    [InlineData("madvise", "behavior", 4, "MADV_DONTNEED")]
    [InlineData("clock_gettime", "which_clock", 7, "CLOCK_BOOTTIME")]
    [InlineData("clock_gettime", "which_clock", 0x80000006, "2147483654")]
    [InlineData("sched_setscheduler", "policy", 0x40000000, "SCHED_NORMAL|SCHED_RESET_ON_FORK")]
    [InlineData("quotactl", "cmd", 0x80000701, "GRPQUOTA|Q_GETQUOTA")]
    [InlineData("getrusage", "who", 0xffffffff, "RUSAGE_CHILDREN")]
    [InlineData("statx", "mask", 0xfff, "STATX_BASIC_STATS|STATX_BTIME")]
    [InlineData("landlock_create_ruleset", "flags", 1, "LANDLOCK_CREATE_RULESET_VERSION")]
    [InlineData("membarrier", "cmd", 8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED")]
    [InlineData("ptrace", "request", 0x4206, "PTRACE_SEIZE")]
    [InlineData("bpf", "cmd", 5, "BPF_PROG_LOAD")]
    [InlineData("io_uring_register", "opcode", 8, "IORING_REGISTER_PROBE")]
    public void A_value_is_written_with_the_kernels_names(string syscall, string name, ulong value, string expected)
    {
        var key = KeyArguments.Find(KeyArguments.Of(syscall), name)!;

        Constants.Known.Format(key, value, Abi.Amd64).Should().Be(expected);
        Constants.Known.TryParse(key, expected, Abi.Amd64, null, out var back).Should().BeTrue();
        back.Should().Be(value);
    }

    [Theory]
    [InlineData("openat", "flags", 0x4000, "O_DIRECTORY")]
    [InlineData("openat", "flags", 0x10000, "O_DIRECT")]
    [InlineData("openat", "flags", 0x404000, "O_TMPFILE")]
    [InlineData("mprotect", "prot", 0x11, "PROT_READ|PROT_BTI")]
    [InlineData("mmap", "flags", 0x42, "MAP_PRIVATE|0x40")] // MAP_32BIT is of x86 alone
    [InlineData("ptrace", "request", 33, "PTRACE_PEEKMTETAGS")]
    [InlineData("ptrace", "request", 12, "12")] // PTRACE_GETREGS is of x86 alone
    public void Arm64_has_values_of_its_own(string syscall, string name, ulong value, string expected) =>
        Constants.Known.Format(KeyArguments.Find(KeyArguments.Of(syscall), name)!, value, Abi.Arm64).Should().Be(expected);

    [Theory]
    [InlineData("setsockopt", 1, 15, "SO_REUSEPORT")]
    [InlineData("setsockopt", 6, 1, "TCP_NODELAY")]
    [InlineData("setsockopt", 0, 1, "IP_TOS")]
    [InlineData("setsockopt", 41, 26, "IPV6_V6ONLY")]
    [InlineData("setsockopt", 270, 1, "NETLINK_ADD_MEMBERSHIP")]
    [InlineData("setsockopt", 0, 64, "IPT_SO_SET_REPLACE")]
    [InlineData("getsockopt", 0, 64, "IPT_SO_GET_INFO")]
    [InlineData("getsockopt", 0, 80, "SO_ORIGINAL_DST")]
    [InlineData("getsockopt", 271, 131, "131")] // SOL_TIPC: no set
    [InlineData("getsockopt", 12345, 1, "1")]
    public void A_socket_options_name_depends_on_its_level(string syscall, ulong level, ulong optname, string expected)
    {
        var nr = Syscalls.NrOf(Abi.Amd64, syscall)!.Value;
        ImmutableArray<Argument> arguments = [new("level", level), new("optname", optname)];

        KeyArguments.Format(Abi.Amd64, nr, arguments, arguments[1]).Should().Be(expected);
        KeyArguments.TryParse(Abi.Amd64, nr, arguments, "optname", expected, out var back).Should().BeTrue();
        back.Should().Be(optname);
    }

    [Theory]
    [InlineData("AF_LOCAL", 1)]
    [InlineData("AF_UNIX|0x2|4", 7)]
    [InlineData("0x11", 17)]
    [InlineData("17", 17)]
    public void Aliases_and_numbers_are_read(string text, ulong expected)
    {
        Constants.Known.TryParse("family", text, Abi.Amd64, out var value).Should().BeTrue();
        value.Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AF_")]
    [InlineData("af_unix")]
    [InlineData("AF_UNIX|")]
    [InlineData("AF_UNIX |AF_INET")]
    [InlineData("-1")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("99999999999999999999")]
    public void What_is_neither_is_refused(string text) => Constants.Known.TryParse("family", text, Abi.Amd64, out _).Should().BeFalse();

    [Fact]
    public void A_name_without_its_level_is_read_where_it_is_unambiguous()
    {
        var optname = KeyArguments.Find(KeyArguments.Of("setsockopt"), "optname")!;

        Constants.Known.TryParse(optname, "TCP_NODELAY", Abi.Amd64, null, out var value).Should().BeTrue();
        value.Should().Be(1);
        Constants.Known.TryParse(optname, "TCP_NODELAY", Abi.Amd64, 1, out _).Should().BeFalse("SOL_SOCKET has no such option");
    }

    [Fact]
    public void Every_value_that_is_written_is_read_back() =>
        Gen.Select(Gen.Int[0, s_keys.Length - 1].Select(i => s_keys[i]), Gen.Int[0, 2].Select(i => i == 0 ? Abi.Amd64 : i == 1 ? Abi.Arm64 : Abi.X32), Gen.ULong, Gen.Int[0, 5], Gen.Int, Gen.Int).Sample((key, abi, random, how, pick, other) =>
        {
            ulong? on = key.Depends is null || pick % 7 == 0 ? null : ValuesOf(key.Depends.Constants, abi)[(int)((uint)pick % 20)];
            var named = ValuesOf(key.Constants.Split(' ')[^1], abi);
            var value = key.Mask & how switch
            {
                0 => random,
                1 => random & 0xff,
                _ when named.Length == 0 => random >> 40,
                2 => named[(int)((uint)pick % (uint)named.Length)],
                3 => named[(int)((uint)pick % (uint)named.Length)] | named[(int)((uint)other % (uint)named.Length)],
                _ => named[(int)((uint)pick % (uint)named.Length)] ^ random,
            };
            var text = Constants.Known.Format(key, value, abi, on);
            return Constants.Known.TryParse(key, text, abi, on, out var back) && back == value;
        }, iter: 20_000);

    static readonly KeyArgument[] s_keys = [.. Syscalls.All(Abi.Amd64).SelectMany(syscall => KeyArguments.Of(syscall.Name)).Where(key => key.Mask != 0 && key.Form != KeyForm.Text)];

    static ulong[] ValuesOf(string set, Abi abi) => Constants.Known.Set(set, abi) is { } found ? [.. found.Symbols.Select(symbol => symbol.Value)] : [];
}
