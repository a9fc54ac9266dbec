using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Assessment;

public sealed class TakenErrorsTests
{
    const string Program = "/bin/a";

    static readonly Evidence s_healthy = new() { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true };

    static Observation Seen(string call, string result, string? path = null, string executable = Program)
    {
        Result.TryParse(result, out var observed);
        var query = CallQuery.Parse(call, Abi.Amd64).Call;
        var values = KeyArguments.Of(query.Abi, query.Nr).Where(key => key.IsValue).Select((key, slot) => (Key: key, Slot: slot)).Where(pair => query.Knows(pair.Slot));
        return new Observation(query.Abi, query.Nr, [.. values.Select(pair => new Argument(pair.Key.Name, query[pair.Slot]))], path, observed, Phase.Startup, 1, [executable]);
    }

    static bool Takes(Observation asked, string errno, params Observation[] seen)
    {
        Errno.TryParse(errno, out var value);
        return TakenErrors.Of(new Trace([], [], s_healthy, [.. seen])).Has(asked, value);
    }

    [Fact]
    public void A_program_that_went_on_after_an_error_goes_on_after_it_again()
    {
        var asked = Seen("getrandom,flags=GRND_INSECURE", "success");

        Takes(asked, "EINVAL", Seen("getrandom,flags=0x80", "EINVAL")).Should().BeTrue();
        Takes(asked, "EPERM", Seen("getrandom,flags=0x80", "EINVAL")).Should().BeFalse("it is another error");
        Takes(asked, "EINVAL", Seen("getrandom,flags=0x80", "EINVAL", executable: "/bin/b")).Should().BeFalse("it was another program");
        Takes(asked, "EINVAL", Seen("personality,personality=1", "EINVAL")).Should().BeFalse("it was another call");
    }

    [Fact]
    public void One_refused_operation_says_nothing_of_another_and_several_do()
    {
        var asked = Seen("fcntl,cmd=F_OFD_SETLK", "success");

        Takes(asked, "EINVAL", Seen("fcntl,cmd=F_OFD_SETLK", "EINVAL")).Should().BeTrue();
        Takes(asked, "EINVAL", Seen("fcntl,cmd=F_GETOWNER_UIDS", "EINVAL")).Should().BeFalse();
        Takes(asked, "EINVAL", Seen("fcntl,cmd=F_GETOWNER_UIDS", "EINVAL"), Seen("fcntl,cmd=F_SETSIG", "EINVAL")).Should().BeTrue();
    }

    [Theory]
    [InlineData("/proc/vmstat", "/proc/other", false)]
    [InlineData("/sys/devices/a", "/sys/devices/b", false)]
    [InlineData("/srv/a", "/srv/b", true)]
    [InlineData("/srv/a", "/proc/other", false)]
    public void A_missing_file_says_nothing_of_one_of_the_kernel(string found, string missing, bool expected) =>
        Takes(Seen("openat,flags=0", "success", found), "ENOENT", Seen("openat,flags=0", "ENOENT", missing)).Should().Be(expected);

    [Fact]
    public void Try_again_is_no_refusal() => Takes(Seen("getrandom,flags=0", "success"), "EAGAIN", Seen("getrandom,flags=0", "EAGAIN")).Should().BeFalse();

    [Theory]
    [InlineData(false)]
    [InlineData(null)]
    public void Nothing_is_learnt_of_a_workload_that_is_not_known_to_have_worked(bool? succeeded)
    {
        Errno.TryParse("EINVAL", out var errno);
        var refused = Seen("getrandom,flags=0x80", "EINVAL");

        TakenErrors.Of(new Trace([], [], s_healthy with { Succeeded = succeeded }, [refused])).Has(refused, errno).Should().BeFalse();
    }

    [Fact]
    public void What_is_taken_degrades_instead_of_blocking()
    {
        var trace = new Trace([], [], s_healthy, [Seen("kcmp,type=KCMP_FILE", "EPERM"), Seen("kcmp,type=KCMP_FILE", "success")]);

        var report = Assessor.Assess(trace, TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64), rule => rule);

        report.Verdict.Should().Be(Verdict.Caveats);
        report.Findings.Should().ContainSingle().Which.Consequence.Should().Be(Consequence.Degraded);
    }

    [Fact]
    public void A_descriptor_that_is_not_open_is_none_in_a_sandbox_either()
    {
        var trace = new Trace([], [], s_healthy, [Seen("epoll_ctl,op=EPOLL_CTL_ADD", "EBADF")]);

        Assessor.Assess(trace, TargetModels.Of(TargetParser.Parse("gvisor@release-20221219.0"), Abi.Amd64), rule => rule).Findings.Should().BeEmpty();
    }
}
