using SyscallProbe.Tests;
using Tmds.Linux;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>A command over the host's files, in a container of the real runc.</summary>
public sealed class WorkloadTests : IDisposable
{
    readonly StateFolder _state = new();

    public WorkloadTests() => HostRequirement.Require(root: true, program: "runc");

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Exit_status_and_streams_pass_through_and_nothing_is_left()
    {
        var run = DriverRun.Start(_state, "--", "sh", "-c", "cat; echo oops >&2; exit 7").Input("one\ntwo\0three").Finish();

        run.Output.Should().Be("one\ntwo\0three");
        run.Error.Should().Be("oops\n");
        run.End.Should().Be("7 - - False False");
        run.ExitCode.Should().Be(7);
        run.Report.Should().Contain("note the command can read the host's files; its writes vanish");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Exit_status_is_known_where_the_tool_was_started_with_SIGCHLD_ignored()
    {
        var run = DriverRun.Start(_state, start =>
        {
            var command = start.ArgumentList.Prepend(start.FileName).ToList();
            start.FileName = "sh";
            start.ArgumentList.Clear();
            foreach (var word in (string[])["-c", "trap '' CHLD; exec \"$@\"", "sh", .. command]) start.ArgumentList.Add(word);
        }, "--", "sh", "-c", "exit 7").Finish();

        run.End.Should().Be("7 - - False False");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Signal_that_ends_it_is_told()
    {
        var run = DriverRun.Start(_state, "--", "sleep", "1000");
        run.WaitFor("phase").Should().Be("Startup");
        LibC.kill(run.InitPid, LibC.SIGKILL).Should().Be(0);

        run.End.Should().Be("- 9 - False False");
        run.Finish();
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Writes_succeed_and_vanish()
    {
        var folder = Directory.CreateDirectory($"/var/tmp/syscallprobe-test-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(folder + "/old", "host");
            Directory.CreateDirectory(folder + "/sub");
            var run = DriverRun.Start(_state, start => start.WorkingDirectory = folder.FullName, "--",
                "sh", "-c", "set -e; echo changed > old; echo x > new; mv sub moved; rm /etc/hostname; echo y > /tmp/t; cat old; ls; pwd").Finish();

            run.Error.Should().BeEmpty();
            run.Output.Should().Be($"changed\nmoved\nnew\nold\n{folder.FullName}\n");
            File.ReadAllText(folder + "/old").Should().Be("host");
            folder.GetFileSystemInfos().Select(entry => entry.Name).Should().BeEquivalentTo("old", "sub");
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public void What_it_sees_is_fresh_and_its_own()
    {
        // Not the checkout: it would be kept if it lay in /tmp.
        var run = DriverRun.Start(_state, start => start.WorkingDirectory = "/", "--", "sh", "-c", """
            ls /tmp /run | grep -v -e : -e resolv -e '^$'
            echo $$; cd /proc; echo [0-9]*
            ls /sys/class/net; cat /sys/class/net/lo/flags
            ls /dev | tr '\n' ' '; echo
            touch /sys/x 2>&1 | grep -o 'Read-only file system'
            grep CapEff /proc/self/status; grep Seccomp: /proc/self/status; grep NoNewPrivs /proc/self/status; ulimit -Sn
            """).Finish();

        run.Output.Split('\n').Select(line => line.TrimEnd()).Should().Equal(
            "1", "1", "lo", "0x9", // IFF_UP | IFF_LOOPBACK
            "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero",
            "Read-only file system", "CapEff:\t00000000a80425fb", "Seccomp:\t0", "NoNewPrivs:\t0", "1024", "");
    }

    [Fact]
    public void Loopback_carries_traffic_and_nothing_else_is_reachable()
    {
        HostRequirement.Require(program: "python3");
        var run = DriverRun.Start(_state, "--", "python3", "-c", """
            import socket
            s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); a, _ = s.accept()
            c.sendall(b"hello"); print(a.recv(5).decode())
            try: socket.create_connection(("192.0.2.1", 80), 1)
            except OSError as e: print(e.strerror)
            """).Finish();

        run.Output.Should().Be("hello\nNetwork is unreachable\n");
    }

    [Fact]
    public void Options_take_effect()
    {
        var input = Path.GetTempFileName();
        File.WriteAllText(input, "from a file");
        var run = DriverRun.Start(_state, start => start.Environment["SYSCALLPROBE_FORMAT"] = "json",
            "--user", "nobody", "--env", "A=b c", "--workdir", "/usr", "--mount", "/etc:/mnt/etc:ro", "--net", "host", "--cap-drop", "ALL", "--cap-add", "net_raw",
            "--stdin", input, "--", "sh", "-c", """
            id -u; echo "$A"; echo "$SYSCALLPROBE_FORMAT"; pwd; cmp /etc/passwd /mnt/etc/passwd; (echo x > /mnt/etc/x) 2>/dev/null || echo read-only
            grep -E 'Cap(Eff|Bnd)' /proc/self/status; readlink /proc/self/ns/net; cat
            """).Finish();

        run.Output.Should().Be(
            $"65534\nb c\n\n/usr\nread-only\nCapEff:\t0000000000000000\nCapBnd:\t0000000000002000\n{File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name}\nfrom a file");
        File.Delete(input);
    }

    [Fact]
    public void Working_directory_and_command_in_tmp_are_kept()
    {
        var folder = Directory.CreateTempSubdirectory("syscallprobe-test-").FullName;
        var other = Path.GetTempFileName();
        File.WriteAllText(folder + "/tool", "#!/bin/sh\necho ran; echo x > written; ls\n");
        using (var chmod = System.Diagnostics.Process.Start("chmod", ["755", folder + "/tool"])) chmod.WaitForExit();

        var inside = DriverRun.Start(_state, start => start.WorkingDirectory = folder, "--", "./tool").Finish();
        var outside = DriverRun.Start(_state, start => start.WorkingDirectory = "/", "--", folder + "/tool", other).Finish();

        inside.Output.Should().Be("ran\ntool\nwritten\n");
        File.Exists(folder + "/written").Should().BeFalse();
        outside.Output.Should().StartWith("ran\n");
        outside.Report.Should().Contain($"note '{other}' is not in the container, which has its own /tmp and /run: --mount {other}:{other} gives it");
        Directory.Delete(folder, true);
        File.Delete(other);
    }

    [Fact]
    public void Captured_output_is_kept_and_still_printed()
    {
        var run = DriverRun.Start(_state, "--capture", "--", "sh", "-c", "seq 100000; echo bad >&2").Finish();

        run.Output.Should().HaveLength(588895).And.EndWith("99999\n100000\n");
        run.Error.Should().Be("bad\n");
        run.WaitFor("captured").Should().Be("588895 4");
    }

    [Fact]
    public void Privileged_container_may_what_the_host_may()
    {
        var run = DriverRun.Start(_state, "--privileged", "--", "sh", "-c", "mount -t tmpfs t /mnt && echo mounted; test -e /dev/kmsg -o -e /dev/mem && echo devices; test -w /proc/sys/kernel/hostname && echo writable").Finish();

        run.Output.Should().Be("mounted\ndevices\nwritable\n");
        _state.Left().Should().BeEmpty();
    }
}
