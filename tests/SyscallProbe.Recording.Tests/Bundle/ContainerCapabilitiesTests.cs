using SyscallProbe.Recording.Bundle;

namespace SyscallProbe.Recording.Tests.Bundle;

public sealed class ContainerCapabilitiesTests
{
    static readonly ulong s_all = Capabilities.All;

    [Fact]
    public void Nothing_asked_for_gives_Dockers_fourteen() =>
        ContainerCapabilities.Of([], [], false, s_all).Should().HaveCount(14).And.Contain("CAP_NET_RAW").And.NotContain("CAP_SYS_ADMIN");

    [Theory]
    [InlineData("SYS_PTRACE", "NET_RAW", "CAP_SYS_PTRACE", "CAP_NET_RAW")]
    [InlineData("cap_sys_ptrace", "cap_net_raw", "CAP_SYS_PTRACE", "CAP_NET_RAW")]
    [InlineData("ALL", "net_raw", "CAP_SYS_ADMIN", "CAP_NET_RAW")]
    public void Added_and_dropped_ones_count(string add, string drop, string present, string absent) =>
        ContainerCapabilities.Of([add], [drop], false, s_all).Should().Contain(present).And.NotContain(absent);

    [Fact]
    public void All_dropped_leaves_what_is_added() => ContainerCapabilities.Of(["CHOWN"], ["all"], false, s_all).Should().Equal("CAP_CHOWN");

    [Fact]
    public void Privileged_has_all_that_the_tool_has() =>
        ContainerCapabilities.Of([], ["SYS_BOOT"], true, s_all >> 3).Should().HaveCount(37).And.NotContain("CAP_PERFMON").And.NotContain("CAP_SYS_BOOT");

    [Fact]
    public void What_the_tool_does_not_have_cannot_be_given()
    {
        var failure = new Action(() => ContainerCapabilities.Of(["SYS_RESOURCE"], [], false, s_all & ~(1ul << 24))).Should().Throw<FailureException>().Which.Failure;

        failure.Should().Be(new Failure(
            FailureCode.NoPermission, "cannot give the container CAP_SYS_RESOURCE: the tool itself does not have it", null, "--cap-drop SYS_RESOURCE, or run the tool with more capabilities"));
    }

    [Fact]
    public void Unknown_name_is_refused_with_the_known_ones()
    {
        var failure = new Action(() => ContainerCapabilities.Of([], ["NET_RAWR"], false, s_all)).Should().Throw<FailureException>().Which.Failure;

        failure.What.Should().Be("unknown capability 'NET_RAWR'");
        failure.Where.Should().Be("--cap-drop");
        failure.Fix.Should().StartWith("one of ALL, CHOWN, ").And.Contain("NET_RAW");
    }
}
