using CsCheck;
using SyscallProbe.Recording.Sandbox;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Sandbox;

/// <summary>Lines as Debian's runsc of release-20221219.0 writes them.</summary>
public sealed class StraceLineTests
{
    const string Strange = " XE()[]{}\",\\|=0x7errno/proc1é";

    static readonly string[] s_names = ["read", "openat", "socket", "sys_7", "setxattr", "execve"];

    const string Head = "I1130 21:43:49.640148   10372 strace.go:602] [   1:   1] ";

    [Theory]
    [InlineData("python3 X access(0x7fbe0e1e7110 /etc/ab, 0o4) = 0 (0x0) errno=2 (no such file or directory) (4.841098ms)", "access(mode=R_OK) on /etc/ab", "ENOENT")]
    [InlineData("python3 X openat(AT_FDCWD /var/tmp, 0x7fbe0e1e7ec0 /proc/12/vmstat, O_RDONLY|O_CLOEXEC, 0o0) = 0 (0x0) errno=2 (no such file or directory) (388.339µs)", "openat(flags=O_CLOEXEC) on /proc/[pid]/vmstat", "ENOENT")]
    [InlineData("python3 X openat(AT_FDCWD /var/tmp, 0x7fbe0e1e7ec0 /etc/passwd, O_RDONLY|O_CLOEXEC, 0o0) = 3 (0x3) (12.1µs)", "openat(flags=O_CLOEXEC)", "success")]
    [InlineData("python3 X openat(AT_FDCWD /var/tmp, 0x7fbe0e1e7ec0 /dev/null, O_RDONLY, 0o0) = 3 (0x3) (12.1µs)", "openat(flags=0) on /dev/null", "success")]
    [InlineData("python3 X setxattr(0x7fbe0e1e7110 /tmp, 0x7fbe0e1e7ec0 user.a, 0xa5e420, 0x1, 0x0) = 0 (0x0) (96.942µs)", "setxattr(name=user.*, flags=0)", "success")]
    [InlineData("python3 X socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3 (0x3) (38.011µs)", "socket(family=AF_NETLINK, type=SOCK_RAW|SOCK_CLOEXEC, protocol=NETLINK_ROUTE)", "success")]
    [InlineData("python3 X socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC, IPPROTO_ICMP) = 0 (0x0) errno=1 (operation not permitted) (18.003µs)", "socket(family=AF_INET, type=SOCK_RAW|SOCK_CLOEXEC, protocol=IPPROTO_ICMP)", "EPERM")]
    [InlineData("python3 X setsockopt(0x3 socket:[3], SOL_TCP, TCP_ULP, 0x7f4e0b7fb06c, 0x4) = 0 (0x0) (2.495µs)", "setsockopt(level=SOL_TCP, optname=TCP_ULP)", "success")]
    [InlineData("python3 X ioctl(0x0 host:[1], 0x5401, 0x7f4e0b7facef) = 0 (0x0) errno=25 (not a typewriter) (1.764µs)", "ioctl(cmd=TCGETS)", "ENOTTY")]
    [InlineData("python3 X prctl(0x26, 0x1, 0x0, 0x0, 0x0) = 0 (0x0) (1.934µs)", "prctl(option=PR_SET_NO_NEW_PRIVS)", "success")]
    [InlineData("python3 X unshare(CLONE_NEWPID) = 0 (0x0) (9.218µs)", "unshare(unshare_flags=CLONE_NEWPID)", "success")]
    [InlineData("python3 X kcmp(0x1, 0x1, 0x0, 0x0, 0x0) = 0 (0x0) errno=38 (invalid system call number) (40.977µs)", "kcmp(type=KCMP_FILE)", "ENOSYS")]
    [InlineData("my prog X read(0x3 pipe:[7], 0x7f, 0x340) = 0 (0x0) errno=512 (to be restarted if SA_RESTART is set) (18.735µs)", "read", "EINTR")]
    public void A_line_of_an_end_is_the_call_that_a_recording_would_have(string line, string call, string result)
    {
        var parsed = Parse(Head + line);

        parsed.Should().NotBeNull();
        (FindingWords.Call(parsed!), parsed!.Result.ToString()).Should().Be((call, result));
        parsed.Executables.Should().Equal(line[..line.IndexOf(" X ", StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData("sys_999", 999)]
    [InlineData("sys_451", 451)] // cachestat, which has a name since Linux 6.5
    public void A_call_that_the_sandbox_has_no_name_for_is_known_by_its_number(string name, int nr) =>
        Parse($"{Head}python3 X {name}(0x1, 0x0, 0x0, 0x0, 0x7fbe0e22b1e0, 0x6) = 0 (0x0) errno=38 (invalid system call number) (16.361µs)")!.Nr.Should().Be(new Nr(nr));

    [Fact]
    public void A_path_with_a_comma_is_left_out_with_what_stands_behind_it()
    {
        var fewest = new Dictionary<Nr, int>();
        StraceLine.Parse(Head + "python3 X openat(AT_FDCWD /, 0x7f /etc/x, O_RDONLY, 0o0) = 0 (0x0) errno=2 (no such file or directory) (1µs)", Abi.Amd64, fewest);

        var call = StraceLine.Parse(Head + "python3 X openat(AT_FDCWD /, 0x7f /etc/x, 0x1, O_RDONLY|O_CLOEXEC, 0o0) = 0 (0x0) errno=2 (no such file or directory) (1µs)", Abi.Amd64, fewest);

        FindingWords.Call(call!).Should().Be("openat");
    }

    [Theory]
    [InlineData("python3 E access(0x7fbe0e1e7110 /etc/ab, 0o4)", true)]
    [InlineData("python3 X access(0x7fbe0e1e7110 /etc/ E x, 0o4) = 0 (0x0) (1µs)", false)]
    public void The_line_of_a_beginning_is_told_from_that_of_an_end(string line, bool isEnter) => StraceLine.IsEnter(Head + line).Should().Be(isEnter);

    [Theory]
    [InlineData("python3 X nosuchcall(0x1) = 0 (0x0) (1µs)")]
    [InlineData("python3 X sys_x(0x1) = 0 (0x0) (1µs)")]
    [InlineData("python3 X read(0x1")]
    [InlineData("python3 E read(0x1)")]
    [InlineData("")]
    public void What_is_not_understood_is_no_call(string line) => Parse(Head + line).Should().BeNull();

    // Every argument may hold what the workload likes, and a log may be cut anywhere.
    [Fact]
    public void No_line_is_too_strange() =>
        Gen.Select(Gen.Int[0, 5].Select(at => s_names[at]), Gen.String[Gen.Int[0, Strange.Length - 1].Select(at => Strange[at]), 0, 80], Gen.Int[0, 200]).Sample((name, text, cut) =>
        {
            var line = $"{Head}sh X {name}({text}) = 0 (0x0) errno=2 (no such file or directory) (1µs)";
            var parsed = Parse(line[..Math.Min(cut, line.Length)]);
            var whole = Parse(line);
            return (parsed is null || parsed.Count == 1) && whole is { Count: 1 };
        });

    // What is compared must not be made up: a plain path comes back as it is, whatever is around it.
    [Fact]
    public void A_plain_path_comes_back() =>
        Gen.String[Gen.Char['a', 'z'], 1, 30].Sample(name =>
            Parse($"{Head}{name} X openat(AT_FDCWD /{name}, 0x7f /{name}/{name}, O_RDONLY, 0o0) = 0 (0x0) errno=2 (no such file or directory) (1µs)")!.Path == $"/{name}/{name}");

    static Observation? Parse(string line) => StraceLine.Parse(line, Abi.Amd64, []);
}
