namespace SyscallProbe.Recording.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Repository_root_is_found() => File.Exists(Path.Combine(SyscallProbe.Tests.Repo.Root, "SyscallProbe.sln")).Should().BeTrue();
}
