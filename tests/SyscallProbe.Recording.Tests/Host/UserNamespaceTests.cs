using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Tests.Host;

public sealed class UserNamespaceTests
{
    [Theory]
    [InlineData("         0          0 4294967295\n", true)]
    [InlineData("         0       1000          1\n", false)]
    [InlineData("         0     100000      65536\n", false)]
    [InlineData("         0          0          1\n", false)]
    [InlineData("         0       1000          1\n         1     100000      65536\n", false)]
    [InlineData("", false)]
    public void Only_the_host_maps_every_user_to_itself(string map, bool isHost) => UserNamespace.IsOfHost(map).Should().Be(isHost);
}
