using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class TargetParserTests
{
    [Theory]
    [InlineData("gvisor@release-20221219.0", "gvisor@release-20221219.0")]
    [InlineData("gvisor@20221219.0,net-raw=true,platform=kvm", "gvisor@release-20221219.0,net-raw=true,platform=kvm")]
    [InlineData("gvisor@20221219.0,outcome:clone3=EPERM,net-raw=true", "gvisor@release-20221219.0,net-raw=true,outcome:clone3=EPERM")]
    [InlineData("kata@3.20.0,hypervisor=qemu,outcome:bpf=works", "kata@3.20.0,hypervisor=qemu,outcome:bpf=works")]
    [InlineData("runc", "runc")]
    public void A_target_is_written_with_its_release(string text, string expected) => TargetParser.Parse(text).ToString().Should().Be(expected);

    [Fact]
    public void Without_a_release_it_is_the_newest_known() =>
        TargetParser.Parse("gvisor").Release.Should().Be(GvisorReleases.Known.NameOf(GvisorReleases.Known.Newest));

    [Theory]
    [InlineData("gvisr", FailureCode.UnknownTarget, "unknown runtime 'gvisr'")]
    [InlineData("gvisor@release-20260812.0", FailureCode.UnknownTarget, "unknown release 'release-20260812.0'")]
    [InlineData("gvisor@release-20221219.0,no-such=1", FailureCode.Usage, "runsc of release-20221219.0 has no flag 'no-such' that changes compatibility")]
    [InlineData("gvisor@release-20221219.0,net-raw", FailureCode.Usage, "expected FLAG=VALUE, found 'net-raw'")]
    [InlineData("gvisor@release-20221219.0,outcome:clone4=EPERM", FailureCode.Usage, "unknown syscall 'clone4'")]
    [InlineData("gvisor@release-20221219.0,outcome:clone3=EPREM", FailureCode.Usage, "'EPREM' is no outcome to force")]
    [InlineData("runc@1.1", FailureCode.Usage, "the target runc takes neither a release nor flags: it is what was recorded")]
    public void What_is_wrong_is_said_with_the_choices(string text, FailureCode code, string what)
    {
        var failure = FluentActions.Invoking(() => TargetParser.Parse(text)).Should().Throw<FailureException>().Which.Failure;

        failure.Code.Should().Be(code);
        failure.What.Should().Be(what);
        failure.Where.Should().Be($"--target {text}");
        failure.Fix.Should().NotBeNull();
    }
}
