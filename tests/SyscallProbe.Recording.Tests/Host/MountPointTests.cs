using CsCheck;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Tests.Host;

public sealed class MountPointTests
{
    [Theory]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue", 36, "/mnt1", "/mnt2", "ext3", "/dev/root")]
    // No optional field, several of them, and one that looks like the separator's neighbour.
    [InlineData("22 27 0:21 / /proc rw,relatime - proc proc rw", 22, "/", "/proc", "proc", "proc")]
    [InlineData("90 1 0:30 / /a rw shared:1 master:2 propagate_from:3 unbindable - fuse.sshfs user@host:/x rw", 90, "/", "/a", "fuse.sshfs", "user@host:/x")]
    // Escapes of blank, tab, newline, backslash and hash; a name in UTF-8.
    [InlineData("7 1 0:4 /with\\040blank /a\\011b\\012c\\134d\\043é rw - tmpfs a\\040b rw", 7, "/with blank", "/a\tb\nc\\d#é", "tmpfs", "a b")]
    // An empty source is printed as nothing between two blanks.
    [InlineData("8 1 0:5 / /mnt ro - tmpfs  ro", 8, "/", "/mnt", "tmpfs", "")]
    // A path named like the separator.
    [InlineData("9 1 0:5 - - rw - tmpfs none rw", 9, "-", "-", "tmpfs", "none")]
    public void Line_of_the_kernel_is_read(string line, int id, string root, string path, string type, string source)
    {
        MountPoint.TryParse(line, out var mount).Should().BeTrue();

        (mount.Id, mount.Root, mount.Path, mount.FileSystem, mount.Source).Should().Be((id, root, path, type, source));
    }

    [Theory]
    [InlineData("")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 ext3 /dev/root rw")]
    [InlineData("36 35 98:0 / /mnt rw -")]
    [InlineData("x 35 98:0 / /mnt rw - ext3 none rw")]
    public void Line_of_another_form_is_left_out(string line) => MountPoint.ParseAll(line + "\n").Should().BeEmpty();

    [Fact]
    public void Options_of_the_mount_are_not_those_of_the_file_system()
    {
        MountPoint.TryParse("1 2 3:4 / /mnt ro,nosuid - ext4 /dev/sda rw,discard", out var mount).Should().BeTrue();

        mount.Options.Should().Equal("ro", "nosuid");
    }

    [Theory]
    [InlineData("\\04", "\\04")]
    [InlineData("\\", "\\")]
    [InlineData("\\400", "\\400")] // more than a byte
    [InlineData("\\089", "\\089")]
    [InlineData("\\134040", "\\040")] // the result is not unescaped again
    [InlineData("\\303\\244", "ä")]
    public void What_is_no_escape_is_kept(string text, string expected) => MountPoint.Unescape(text).Should().Be(expected);

    [Fact]
    public void No_text_makes_the_parser_throw() => Gen.String.Sample(text => MountPoint.ParseAll(text).Length.Should().BeLessThanOrEqualTo(text.Length + 1));

    [Fact]
    public void The_running_kernels_own_file_is_read_whole()
    {
        var text = File.ReadAllText("/proc/self/mountinfo");

        MountPoint.ParseAll(text).Should().HaveCount(text.Count(c => c == '\n')).And.Contain(mount => mount.Path == "/proc" && mount.IsPseudo);
    }
}
