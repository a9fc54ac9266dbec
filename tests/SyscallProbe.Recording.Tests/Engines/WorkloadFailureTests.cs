using System.Diagnostics;
using System.Runtime.Versioning;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;
using Workload = SyscallProbe.Recording.Engines.Workload;

namespace SyscallProbe.Recording.Tests.Engines;

/// <summary>What is said when a workload cannot run, and that nothing is left then.</summary>
[SupportedOSPlatform("linux")]
public sealed class WorkloadFailureTests : IDisposable
{
    readonly StateFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Theory]
    [InlineData("no-such-command", "'no-such-command' is not in the container, or may not be executed |   at  COMMAND |   fix give a path, or a name that the container's PATH leads to")]
    [InlineData("/etc/passwd", "'/etc/passwd' is not in the container, or may not be executed |   at  COMMAND |   fix give a path, or a name that the container's PATH leads to")]
    public void Command_that_is_not_there_is_named(string command, string expected)
    {
        HostRequirement.Require(root: true, program: "runc");
        var run = DriverRun.Start(_state, "--", command).Finish();

        run.WaitFor("failure").Should().Be($"RecordingFailed {expected}");
        run.Error.Should().BeEmpty();
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void Command_that_the_kernel_refuses_is_told_from_one_that_fails()
    {
        HostRequirement.Require(root: true, program: "runc");
        var folder = Directory.CreateTempSubdirectory("syscallprobe-test-").FullName;
        File.WriteAllText(folder + "/tool", "#!/no/such/interpreter\n");
        using (var chmod = Process.Start("chmod", ["755", folder + "/tool"])) chmod.WaitForExit();
        var run = DriverRun.Start(_state, "--", folder + "/tool").Finish();

        run.WaitFor("failure").Should().Be($"RecordingFailed '{folder}/tool' could not be executed: its format or its interpreter is not known in the container |   at  COMMAND");
        _state.Left().Should().BeEmpty();
        Directory.Delete(folder, true);
    }

    [Fact]
    public void What_runc_says_is_passed_on()
    {
        HostRequirement.Require(root: true, program: "runc");
        var run = DriverRun.Start(_state, "--mount", "/etc:/proc/x", "--", "true").Finish();

        run.WaitFor("failure").Should().StartWith("RecordingFailed runc create failed: ").And.Contain("/proc");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void A_runc_that_is_killed_is_said_and_leaves_nothing()
    {
        HostRequirement.Require(root: true, program: "runc");
        using var folder = new TemporaryFolder();
        var killed = $"{folder.Path}/runc";
        File.WriteAllText(killed, $"#!/bin/sh\ncase \"$*\" in *' create '*) {HostRequirement.PathOf("runc")} \"$@\" & kill -9 $!; wait $!; kill -9 $$;; esac\nexec {HostRequirement.PathOf("runc")} \"$@\"\n");
        File.SetUnixFileMode(killed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var run = DriverRun.Start(_state, start => start.Environment["PATH"] = $"{folder.Path}:/usr/sbin:/usr/bin:/sbin:/bin", "--", "true").Finish();

        run.WaitFor("failure").Should().Be("RecordingFailed runc create failed: it was ended by signal 9");
        _state.Left().Should().BeEmpty();
    }

    [Fact]
    public void A_full_disk_is_said()
    {
        HostRequirement.Require(root: true, programs: ["runc", "unshare", "mount"]);
        Directory.CreateDirectory(_state.Path);
        var run = DriverRun.Start(_state, start =>
        {
            string[] command = [start.FileName, .. start.ArgumentList];
            start.FileName = "unshare";
            start.ArgumentList.Clear();
            foreach (var word in (string[])["-m", "sh", "-c", $"mount -t tmpfs -o mode=700,nr_inodes=3 none {_state.Path} && exec \"$@\"", "sh", .. command]) start.ArgumentList.Add(word);
        }, "--", "true").Finish();

        run.WaitFor("failure").Should().StartWith("RecordingFailed ").And.Contain("o space left on device");
        run.Error.Should().BeEmpty();
    }

    [Fact]
    public void Missing_runc_is_one_sentence_and_what_to_install()
    {
        HostRequirement.Require(root: true);
        var here = HostRequirement.PathOf("runc");
        var run = DriverRun.Start(_state, start => start.Environment["PATH"] = "/nowhere", "--", "true").Finish();

        run.WaitFor("failure").Should().Be(here is null
            ? "MissingProgram runc is not installed |   fix install it: apt-get install runc"
            : $"MissingProgram runc is not on PATH, but there is '{here}' |   at  PATH |   fix export PATH=$PATH:{Path.GetDirectoryName(here)}");
    }

    [Fact]
    public void Plan_that_contradicts_itself_is_refused_before_root_is_asked_for()
    {
        var bundle = new WorkloadPlan { Source = new WorkloadSource.OciBundle("/") };
        var host = new WorkloadPlan { Source = new WorkloadSource.HostRoot(), Argv = ["true"] };

        FailureOf(bundle with { User = "0" }).Should().Be(new Failure(
            FailureCode.Usage, "--user cannot be given with --bundle: a bundle is run as its config.json says", "--user", "change the bundle's config.json"));
        FailureOf(bundle with { Source = new WorkloadSource.OciBundle("/nowhere") }).What.Should().Be("'/nowhere' is not a folder");
        FailureOf(host with { Argv = [] }).What.Should().Be("no command to run");
        FailureOf(host with { Source = new WorkloadSource.Rootfs("/etc/passwd") }).Should().Be(new Failure(FailureCode.Usage, "'/etc/passwd' is not a folder", "--rootfs", "name a folder that exists"));
        FailureOf(host with { WorkingDirectory = "srv" }).What.Should().Be("the working directory must be absolute, found 'srv'");
        FailureOf(host with { Environment = [new("A=B", "c")] }).Where.Should().Be("--env");
        FailureOf(host with { Argv = ["a\0b"] }).What.Should().Be("the command holds a NUL character, which no program can be given");
        FailureOf(host with { AddedCapabilities = ["X"] }).What.Should().Be("unknown capability 'X'");
    }

    static Failure FailureOf(WorkloadPlan plan) => new Action(() => Workload.Create(plan)).Should().Throw<FailureException>().Which.Failure;
}
