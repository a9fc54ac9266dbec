using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>The host's mounts below a scratch layer. The test's own are made in a mount namespace that the driver is started in.</summary>
public sealed class ScratchLayerTests : IDisposable
{
    readonly StateFolder _state = new();
    readonly string _folder;

    public ScratchLayerTests()
    {
        HostRequirement.Require(root: true, programs: ["runc", "unshare"]);
        _folder = Directory.CreateDirectory($"/var/tmp/syscallprobe-test-{Guid.NewGuid():N}").FullName;
    }

    public void Dispose()
    {
        _state.Dispose();
        if (_folder is not null) Directory.Delete(_folder, true);
    }

    [Fact]
    public void Every_mount_is_there_and_what_is_written_to_it_vanishes()
    {
        var run = Run(
            "mkdir 'a b'; mount -t tmpfs -o mode=0751 t 'a b'; echo old > 'a b/file'; mkdir 'a b/in'; mount -t tmpfs t 'a b/in'; echo deep > 'a b/in/file'",
            "cat 'a b/file' 'a b/in/file'; stat -c %a 'a b'; echo new > 'a b/file'; cat 'a b/file'",
            "cat 'a b/file'");

        run.Output.Should().Be("old\ndeep\n751\nnew\nafterwards: old\n");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Flags_of_a_mount_stay()
    {
        var run = Run(
            "mkdir ro noexec; mount -t tmpfs t ro; echo '#!/bin/sh' > ro/tool; chmod +x ro/tool; mount -o remount,ro ro; mount -t tmpfs -o noexec t noexec; cp ro/tool noexec",
            "ro/tool && echo runs; (> ro/new) 2>&1 | grep -o 'Read-only file system'; noexec/tool 2>&1 | grep -o 'Permission denied'");

        run.Output.Should().Be("runs\nRead-only file system\nPermission denied\nafterwards: ");
    }

    [Fact]
    public void File_that_is_mounted_can_be_written_too()
    {
        var run = Run("echo host > source; chmod 640 source; > file; mount --bind source file", "cat file; stat -c %a file; echo mine > file; cat file", "cat source");

        run.Output.Should().Be("host\n640\nmine\nafterwards: host\n");
    }

    [Fact]
    public void Mount_that_a_later_one_hides_stays_hidden()
    {
        var run = Run("mkdir -p m; mount -t tmpfs t m; mkdir m/in; mount -t tmpfs t m/in; echo hidden > m/in/file; mount -t tmpfs t m; echo top > m/file", "ls m; cat m/file");

        run.Output.Should().Be("file\ntop\nafterwards: ");
    }

    [Fact]
    public void File_system_that_cannot_lie_under_an_overlay_is_read_only_and_that_is_said()
    {
        // Overlays may be stacked twice: FILESYSTEM_MAX_STACK_DEPTH, include/linux/fs.h (v6.18).
        var run = Run("""
            mkdir t; mount -t tmpfs t t; mkdir -p t/l t/u t/w t/u2 t/w2 one two; echo lower > t/l/file
            mount -t overlay o -o lowerdir=t/l,upperdir=t/u,workdir=t/w one
            mount -t overlay o -o lowerdir=one,upperdir=t/u2,workdir=t/w2 two
            """, "cat two/file; (> two/file) 2>&1 | grep -o 'Read-only file system'");

        run.Output.Should().Be("lower\nRead-only file system\nafterwards: ");
        run.Report.Should().Contain($"note read-only in the container, as overlayfs does not take their file systems: {_folder}/two (overlay)");
    }

    [Fact]
    public void Socket_that_is_mounted_leads_nowhere()
    {
        HostRequirement.Require(program: "python3");
        var run = Run("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")'; > file; mount --bind s file", "test -S file || echo no socket");

        run.Output.Should().Be("no socket\nafterwards: ");
        run.Report.Should().Contain($"note not in the container: {_folder}/file");
    }

    /// <summary>Makes mounts in a namespace, runs a command over them, and another one, on the host's side, afterwards.</summary>
    DriverRun Run(string mounts, string inside, string afterwards = "true") => DriverRun.Start(_state, start =>
    {
        start.WorkingDirectory = _folder;
        var command = start.ArgumentList.Prepend(start.FileName).ToList();
        start.FileName = "unshare";
        start.ArgumentList.Clear();
        string[] words = ["-m", "--propagation", "private", "sh", "-c", $"set -e; {mounts}\n\"$@\"; printf 'afterwards: '; {afterwards}", "sh", .. command];
        foreach (var word in words) start.ArgumentList.Add(word);
    }, "--", "sh", "-c", inside).Finish();
}
