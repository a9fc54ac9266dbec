using System.Diagnostics;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>A root file system of its own, and a bundle: both of a static busybox.</summary>
public sealed class RootfsTests : IDisposable
{
    readonly StateFolder _state = new();
    readonly string _folder;

    public RootfsTests()
    {
        HostRequirement.Require(root: true, programs: ["runc", "busybox"]);
        // Not in /tmp: a folder with the characters that part an overlay's options and layers.
        _folder = Directory.CreateDirectory($"/var/tmp/syscallprobe,a:b-{Guid.NewGuid():N}").FullName;
        foreach (var name in (string[])["bin", "etc", "proc", "sys", "dev", "run"]) Directory.CreateDirectory($"{Root}/{name}");
        File.Copy(HostRequirement.PathOf("busybox")!, Root + "/bin/busybox");
        foreach (var applet in (string[])["sh", "cat", "ls", "id", "test", "rm", "sleep", "hostname", "stty", "tr"]) File.CreateSymbolicLink($"{Root}/bin/{applet}", "/bin/busybox");
        File.WriteAllText(Root + "/etc/passwd", "root:x:0:0::/:/bin/sh\nweb:x:7:8::/srv:/bin/sh\n");
        File.WriteAllText(Root + "/run/image", "of the image");
    }

    string Root => _folder + "/rootfs";

    public void Dispose()
    {
        _state.Dispose();
        if (_folder is not null) Directory.Delete(_folder, true);
    }

    [Fact]
    public void Rootfs_lies_under_a_scratch_layer()
    {
        // A static busybox is a premise: a dynamic one would not run in a root without its libraries.
        var run = DriverRun.Start(_state, "--rootfs", Root, "--user", "web", "--", "sh", "-c",
            "id -u; pwd; echo $HOME $PATH; cat /run/image /etc/hosts; hostname; ls /; test -d /tmp && echo x > /tmp/t && echo written").Finish();

        run.Error.Should().BeEmpty();
        run.Output.Should().Be("""
            7
            /
            /srv /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
            of the image127.0.0.1	localhost syscallprobe
            ::1	localhost
            syscallprobe
            bin
            dev
            etc
            proc
            run
            sys
            tmp
            written

            """);
        Directory.Exists(Root + "/tmp").Should().BeFalse();
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Writes_to_the_rootfs_vanish()
    {
        DriverRun.Start(_state, "--rootfs", Root, "--", "sh", "-c", "rm /run/image; echo x > /etc/passwd").Finish().End.Should().Be("0 - - False False");

        File.ReadAllText(Root + "/run/image").Should().Be("of the image");
        File.ReadAllText(Root + "/etc/passwd").Should().StartWith("root");
    }

    [Fact]
    public void Links_of_a_hostile_rootfs_lead_nowhere_else()
    {
        File.Delete(Root + "/etc/passwd");
        Directory.Delete(Root + "/etc");
        File.CreateSymbolicLink(Root + "/etc", _folder + "/outside");
        Directory.CreateDirectory(_folder + "/outside");

        DriverRun.Start(_state, "--rootfs", Root, "--", "sh", "-c", "echo ran").Finish().Output.Should().Be("ran\n");

        Directory.EnumerateFileSystemEntries(_folder + "/outside").Should().BeEmpty();
    }

    [Fact]
    public void Bundle_is_used_as_it_is()
    {
        var config = WriteBundle("false", "sh", "-c", "cat; echo x > /written; exit 5");
        var run = DriverRun.Start(_state, "--bundle", _folder, "--health", "true", "--duration", "60000").Input("through").Finish();

        run.Output.Should().Be("through");
        run.End.Should().StartWith("5 - ");
        File.ReadAllText(_folder + "/config.json").Should().Be(config);
        File.ReadAllText(Root + "/written").Should().Be("x\n", "a bundle has no scratch layer");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Bundle_that_wants_a_terminal_gets_one()
    {
        WriteBundle("true", "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && echo terminal; cat; exit 6");
        var run = DriverRun.Start(_state, "--bundle", _folder).Input("line\n").Finish();

        // A terminal shows what is typed, as soon as it comes; cat prints it again.
        run.Output.ReplaceLineEndings("\n").Split('\n').Should().BeEquivalentTo("terminal", "line", "line", "");
        run.End.Should().Be("6 - - False False");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Terminal_of_ours_has_its_size_and_gets_its_mode_back()
    {
        HostRequirement.Require(program: "script");
        WriteBundle("true", "sh", "-c", "stty size; cat");
        // script(1) gives its command a terminal; Ctrl-D must reach cat, not script.
        var run = DriverRun.StartInTerminal(_state, $"stty rows 33 cols 77; stty -g > {_folder}/before; {{0}}; stty -g > {_folder}/after", "--bundle", _folder);
        run.WaitFor("phase");
        run.Input("x\n\u0004").Finish();

        run.Output.Should().Contain("33 77");
        run.End.Should().Be("0 - - False False");
        File.ReadAllText(_folder + "/after").Should().Be(File.ReadAllText(_folder + "/before"));
    }

    string WriteBundle(string terminal, params string[] argv)
    {
        using (var runc = Process.Start(new ProcessStartInfo("runc", ["spec", "--bundle", _folder]))!) runc.WaitForExit();
        var config = File.ReadAllText(_folder + "/config.json")
            .Replace("\"terminal\": true", $"\"terminal\": {terminal}")
            .Replace("\"readonly\": true", "\"readonly\": false")
            .Replace("\"sh\"\n", string.Join(',', argv.Select(word => $"\"{word}\"")) + "\n");
        File.WriteAllText(_folder + "/config.json", config);
        return config;
    }
}
