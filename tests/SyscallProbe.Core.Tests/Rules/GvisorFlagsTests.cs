using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class GvisorFlagsTests
{
    static Release At(string name) => GvisorReleases.Known.Parse(name);

    [Theory]
    [InlineData("platform", "release-20190304.1", "ptrace")]
    [InlineData("platform", "release-20230605.0", "ptrace")]
    [InlineData("platform", "release-20230621.0", "systrap")]
    [InlineData("iouring", "release-20230118.0", "false")]
    [InlineData("directfs", "release-20230517.0", "false")]
    [InlineData("directfs", "release-20230522.0", "true")]
    [InlineData("overlay2", "release-20221219.0", "none")]
    [InlineData("overlay2", "release-20260817.0", "root:self")]
    [InlineData("vfs2", "release-20211019.0", "false")]
    [InlineData("vfs2", "release-20211026.0", "true")]
    [InlineData("host-uds", "release-20260817.0", "none")]
    [InlineData("nvproxy-driver-version", "release-20260817.0", "")]
    [InlineData("nvproxy-allowed-driver-capabilities", "release-20260817.0", "utility,compute")]
    [InlineData("cpu-num-from-quota", "release-20250721.0", "false")]
    [InlineData("cpu-num-from-quota", "release-20250804.0", "true")]
    public void A_flag_has_the_default_of_its_release(string flag, string release, string expected) =>
        GvisorFlags.DefaultOf(flag, At(release)).Should().Be(expected);

    [Theory]
    [InlineData("iouring", "release-20230109.0")]
    [InlineData("net-raw", "release-20190304.1")]
    [InlineData("overlayfs-stale-read", "release-20210614.0")]
    [InlineData("allow-suid", "release-20250811.0")]
    [InlineData("debug", "release-20260817.0")]
    [InlineData("net_raw", "release-20260817.0")]
    public void A_flag_that_a_release_lacks_has_none(string flag, string release) => GvisorFlags.DefaultOf(flag, At(release)).Should().BeNull();

    [Fact]
    public void The_flags_of_a_release_are_those_with_a_default()
    {
        GvisorFlags.NamesAt(At("release-20190304.1")).Should().Equal("file-access", "network", "overlay", "platform");
        GvisorFlags.NamesAt(GvisorReleases.Known.Newest).Should().Contain(["net-raw", "allow-suid", "mount-cgroup-v2"]).And.NotContain("overlayfs-stale-read");
    }

    [Fact]
    public void No_two_rows_of_a_flag_overlap()
    {
        foreach (var flag in GvisorFlags.Names)
        {
            var spans = GvisorFlags.SpansOf(flag).ToList();
            spans.Should().OnlyContain(span => span.Since <= span.Until, flag);
            spans.Zip(spans.Skip(1)).Should().NotContain(pair => pair.First.Until >= pair.Second.Since, flag);
        }
    }
}
