using CsCheck;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;
using SyscallProbe.Verification;

namespace SyscallProbe.Core.Tests.Verification;

public sealed class AlignmentTests
{
    static readonly Gen<Observation> s_call = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2]).Select((nr, cmd, arg, path, result) =>
        new Observation(Abi.Amd64, new Nr(16 + nr),
            [.. cmd == 0 ? [] : (Argument[])[new Argument("cmd", (ulong)cmd)], .. arg == 0 ? [] : (Argument[])[new Argument("arg", (ulong)arg)]],
            path == 0 ? null : $"/proc/{path}", result == 0 ? Result.Success : Result.Failed(new Errno(result)), Phase.Startup, 1, []));

    // The log knows less of a call than the recording: leaving anything out must not make two calls different.
    [Fact]
    public void What_is_left_out_does_not_tell_calls_apart() => Gen.Select(s_call, Gen.Int[0, 3]).Sample((call, without) =>
        Alignment.MayBe(call with { Arguments = [.. call.Arguments.Where((_, at) => (without >> at & 1) == 0)], Path = without == 3 ? null : call.Path }, call));

    [Fact]
    public void It_is_the_same_from_both_sides() => Gen.Select(s_call, s_call).Sample((a, b) => Alignment.MayBe(a, b) == Alignment.MayBe(b, a));

    [Fact]
    public void Another_value_or_path_is_another_call() => Gen.Select(s_call, s_call).Sample((a, b) =>
        !Alignment.MayBe(a, b) || (a.Nr == b.Nr && (a.Path == b.Path || a.Path is null || b.Path is null) && a.Arguments.All(one => b.Arguments.All(other => one.Name != other.Name || one.Value == other.Value))));

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(11, false)] // EAGAIN
    [InlineData(4, false)] // EINTR
    [InlineData(115, false)] // EINPROGRESS
    public void An_answer_of_the_moment_tells_nothing(int errno, bool isTelling) =>
        Alignment.IsTelling(errno == 0 ? Result.Success : Result.Failed(new Errno(errno))).Should().Be(isTelling);

    [Fact]
    public void No_return_tells_nothing() => Alignment.IsTelling(Result.Never).Should().BeFalse();

    [Fact]
    public void A_finding_is_met_only_by_a_call_of_which_the_log_tells_all_that_it_does()
    {
        var finding = FindingOf("ioctl", [new("cmd", "TCGETS")], null);
        var whole = Ioctl([new Argument("cmd", 0x5401)]);

        Alignment.Is(whole, finding).Should().BeTrue();
        (Alignment.MayBe(Ioctl([]), finding), Alignment.Is(Ioctl([]), finding)).Should().Be((true, false));
        Alignment.MayBe(Ioctl([new Argument("cmd", 0x5402)]), finding).Should().BeFalse();
        Alignment.Is(whole, finding with { Path = "/dev/tty" }).Should().BeFalse("the log did not say on which path");
        Alignment.MayBe(whole, finding with { Syscall = "fcntl" }).Should().BeFalse();
    }

    static Observation Ioctl(Argument[] arguments) =>
        new(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, "ioctl")!.Value, [.. arguments], null, Result.Failed(new Errno(25)), Phase.Startup, 1, []);

    static Finding FindingOf(string syscall, KeyValuePair<string, string>[] arguments, string? path) =>
        new("GV0001", syscall, [.. arguments], path, OutcomeKind.Fails, new Errno(25), null, new Observed(1, Result.Success), Consequence.Blocking, Certainty.Predicted, [], Phase.Startup, null, null, "");
}
