using System.Runtime.Versioning;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Tests.Host;

public sealed class RootFolderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-root-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Links_do_not_lead_out()
    {
        Directory.CreateDirectory(_folder + "/etc");
        File.WriteAllText(_folder + "/etc/real", "inside");
        File.CreateSymbolicLink(_folder + "/etc/absolute", "/etc/real");
        File.CreateSymbolicLink(_folder + "/etc/up", "../../../../../../etc/real");
        File.CreateSymbolicLink(_folder + "/etc/passwd", "/etc/passwd");
        using var root = new RootFolder(_folder);

        root.ReadText("/etc/absolute").Should().Be("inside");
        root.ReadText("/etc/up").Should().Be("inside");
        root.ReadText("/etc/passwd").Should().BeNull("a link to itself is what it is inside");
        root.ReadText("/../../etc/hostname").Should().BeNull();
    }

    [Fact]
    public void Only_regular_files_are_read()
    {
        Directory.CreateDirectory(_folder + "/folder");
        using var root = new RootFolder(_folder);

        root.ReadText("/folder").Should().BeNull();
        root.IsDirectory("/folder").Should().BeTrue();
        root.IsFile("/folder", 0).Should().BeFalse();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Permission_is_any_of_the_bits()
    {
        File.WriteAllText(_folder + "/file", "");
        File.SetUnixFileMode(_folder + "/file", UnixFileMode.UserRead | UnixFileMode.GroupExecute);
        using var root = new RootFolder(_folder);

        root.IsFile("/file", 0x49).Should().BeTrue();
        root.IsFile("/file", 0x40).Should().BeFalse();
    }
}
