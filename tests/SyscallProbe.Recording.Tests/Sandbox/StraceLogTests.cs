using SyscallProbe.Recording.Sandbox;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Tests.Sandbox;

public sealed class StraceLogTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Calls_are_counted_by_kind_in_the_order_of_their_first_return()
    {
        using var log = LogOf(
            "I1130 21:43:49.1 1 strace.go:599] [   1:   1] sh E getpid()", "I1130 21:43:49.1 1 strace.go:599] [   1:   1] sh X getpid() = 1 (0x1) (1µs)",
            "D1130 21:43:49.1 1 usertrap.go:1] [   1:   1] no strace", "I1130 21:43:49.1 1 strace.go:599] [   1:   1] sh X getppid() = 0 (0x0) (1µs)",
            "I1130 21:43:49.1 1 strace.go:599] [   1:   1] ls X getpid() = 1 (0x1) (1µs)", "I1130 21:43:49.1 1 strace.go:599] [   1:   1] ls X what(");

        var calls = log.Read();

        log.InOrder.Select(call => (Syscalls.NameOf(Abi.Amd64, call.Nr), call.Count)).Should().Equal(("getpid", 2UL), ("getppid", 1UL));
        log.InOrder[0].Executables.Should().Equal("ls", "sh");
        (calls.Events, calls.Lost, log.Unparsed).Should().Be((3, 0, 1UL));
    }

    // Twice: a recorder may be read at any time.
    [Fact]
    public void It_may_be_read_again()
    {
        using var log = LogOf("I1130 21:43:49.1 1 strace.go:599] [   1:   1] sh X getpid() = 1 (0x1) (1µs)");

        log.Read().Events.Should().Be(1);
        log.Read().Events.Should().Be(1);
    }

    [Fact]
    public void A_line_without_end_takes_no_memory()
    {
        using var log = LogOf("I1130 21:43:49.1 1 strace.go:599] [   1:   1] sh X getcwd(0x1 /" + new string('a', 1 << 20) + ", 0x1) = 1 (0x1) (1µs)");

        log.Read().Events.Should().Be(0);
        log.Unparsed.Should().Be(1);
    }

    [Fact]
    public void A_folder_without_a_log_is_an_error()
    {
        using var log = new StraceLog(Abi.Amd64);
        var opening = () => log.Open(_folder.Path);

        opening.Should().Throw<FailureException>().Which.Failure.What.Should().Contain("log");
    }

    StraceLog LogOf(params string[] lines)
    {
        File.WriteAllLines(Path.Combine(_folder.Path, "runsc.log.1.boot.txt"), lines);
        var log = new StraceLog(Abi.Amd64);
        log.Open(_folder.Path);
        return log;
    }
}
