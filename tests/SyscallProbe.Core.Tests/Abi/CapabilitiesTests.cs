namespace SyscallProbe.Core.Tests.AbiTables;

public sealed class CapabilitiesTests
{
    [Theory]
    [InlineData("NET_RAW", 13)]
    [InlineData("CAP_NET_RAW", 13)]
    [InlineData("CHOWN", 0)]
    [InlineData("SYS_ADMIN", 21)]
    [InlineData("CHECKPOINT_RESTORE", 40)]
    public void A_name_is_read_with_and_without_its_prefix(string text, int number)
    {
        Capabilities.TryParse(text, out var read).Should().BeTrue();
        read.Should().Be(number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CAP_")]
    [InlineData("net_raw")]
    [InlineData("CAP_CAP_NET_RAW")]
    [InlineData("NET_RAWER")]
    public void Anything_else_is_refused(string text) => Capabilities.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Docker_gives_fourteen()
    {
        Enumerable.Range(0, 64).Where(bit => (Capabilities.DockerDefault >> bit & 1) != 0).Select(Capabilities.NameOf).Should().Equal(
            "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE", "CAP_SETFCAP");
    }

    [Fact]
    public void The_kernel_has_forty_one()
    {
        Capabilities.All.Should().Be((1ul << 41) - 1);
        Capabilities.NameOf(41).Should().Be("41");
    }
}
