using System.Runtime.Versioning;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Host;

[SupportedOSPlatform("linux")]
public sealed class FolderLockTests
{
    [Fact]
    public void A_folder_is_made_for_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "state");

        using var gate = FolderLock.Wait(path, () => false);

        File.GetUnixFileMode(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        FolderLock.Try(path).Should().BeNull("it is taken");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_folder_that_others_can_write_to_is_refused(UnixFileMode more)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "state");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | more);

        var wait = () => FolderLock.Wait(path, () => false);

        wait.Should().Throw<UnauthorizedAccessException>().WithMessage($"'{path}' belongs to another user, or others can write to it: remove it");
    }

    [Fact]
    public void A_folder_of_another_user_is_refused()
    {
        HostRequirement.Require(root: true, programs: ["chown"]);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "state");
        Directory.CreateDirectory(path);
        System.Diagnostics.Process.Start("chown", ["nobody", path])!.WaitForExit();

        var wait = () => FolderLock.Wait(path, () => false);

        wait.Should().Throw<UnauthorizedAccessException>();
    }
}
