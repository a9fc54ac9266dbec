using System.Diagnostics;
using System.Text.Json;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests;

/// <summary>The tool as an ordinary user has it: no root, no capability, the real runc.</summary>
public sealed class OrdinaryUserTests
{
    const string Script = "id -u; echo written > /var/tmp/syscallprobe-test; cat /var/tmp/syscallprobe-test; rm /var/tmp/syscallprobe-test";

    [Fact]
    public void A_command_runs_in_a_rootless_container_and_is_recorded_completely()
    {
        var (exit, output, error) = AsNobody("", "check", "-f", "json", "--target", "gvisor", "--expect", "^0\nwritten\n$", "--", "sh", "-c", Script);

        exit.Should().Be(0, error);
        using var report = JsonDocument.Parse(output);
        var evidence = report.RootElement.GetProperty("evidence");
        evidence.GetProperty("grade").GetString().Should().Be("complete", error);
        evidence.GetProperty("events").GetInt32().Should().BeGreaterThan(100);
        error.Should().Contain("note: recorded by ptrace, as eBPF cannot be used (bpf BPF_MAP_CREATE").And.Contain("note: the container is in a user namespace, as an ordinary user started it");
        Directory.Exists("/tmp/syscallprobe-65534").Should().BeFalse("nothing is left");
    }

    [Fact]
    public void Where_user_namespaces_are_refused_the_bare_command_is_recorded_and_the_evidence_is_partial()
    {
        // The kernel makes no user namespace for a process in a changed root (current_chrooted, fs/namespace.c).
        var (exit, output, error) = AsNobody("chroot", "check", "-f", "json", "--target", "gvisor", "--", "sh", "-c", Script + "; exit 0");

        exit.Should().Be(4, error);
        using var report = JsonDocument.Parse(output);
        var evidence = report.RootElement.GetProperty("evidence");
        evidence.GetProperty("grade").GetString().Should().Be("partial");
        evidence.GetProperty("exitCode").GetInt32().Should().Be(0);
        evidence.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()).Should().Equal(
            "the command ran on the host itself, with its files, processes and network, as no container could be made: unshare: unshare failed: Operation not permitted");
        error.Should().Contain("65534\nwritten\n");
        Directory.Exists("/tmp/syscallprobe-65534").Should().BeFalse("nothing is left");
    }

    [Fact]
    public void What_only_a_container_can_do_is_refused_without_one()
    {
        var (exit, _, error) = AsNobody("chroot", "check", "--cap-drop", "ALL", "--", "true");

        exit.Should().Be(1);
        error.Should().Contain("error: --cap-drop needs a container, which cannot be made here: unshare: unshare failed: Operation not permitted");
    }

    [Fact]
    public void A_process_of_his_own_that_runs_is_recorded_and_goes_on()
    {
        HostRequirement.Require(root: true, programs: ["setpriv", "cat"], amd64: true);
        using var cat = Process.Start(new ProcessStartInfo("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all", "cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        cat.StandardInput.WriteLine("runs");
        cat.StandardInput.Flush();
        cat.StandardOutput.ReadLine().Should().Be("runs");

        var (exit, output, error) = AsNobody("", "record", "--pid", $"{cat.Id}", "--duration", "1s");

        exit.Should().Be(0, error);
        using var trace = JsonDocument.Parse(output);
        trace.RootElement.GetProperty("evidence").GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()).Should()
            .ContainMatch($"late attachment: what ran before is not in the trace: process {cat.Id} was started at *").And.Contain("calls that had not returned when the recording ended are not counted: read (1 thread)");
        error.Should().Contain("note: recorded by ptrace, as eBPF cannot be used (bpf BPF_MAP_CREATE");
        cat.StandardInput.WriteLine("still runs");
        cat.StandardInput.Flush();
        cat.StandardOutput.ReadLine().Should().Be("still runs");
        cat.StandardInput.Close();
        cat.WaitForExit();
        cat.ExitCode.Should().Be(0);
    }

    [Fact]
    public void A_process_of_another_user_is_refused_with_what_would_help()
    {
        HostRequirement.Require(root: true, program: "cat", amd64: true);
        using var cat = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true, RedirectStandardOutput = true })!;

        var (exit, _, error) = AsNobody("", "record", "-q", "--pid", $"{cat.Id}", "--duration", "1s");

        exit.Should().Be(1);
        error.Should().Be($"syscallprobe: error: process {cat.Id} cannot be recorded: ptrace PTRACE_SEIZE '{cat.Id}': EPERM (1, operation not permitted)\n  at  /proc/{cat.Id}\n"
            + "  fix run as root (sudo), or as the user whose process it is (0)\n");
        cat.StandardInput.Close();
        cat.WaitForExit();
    }

    // Everything that the user needs is shown where he may read it, in mounts of its own.
    static (int Exit, string Out, string Error) AsNobody(string root, params string[] arguments)
    {
        HostRequirement.Require(root: true, programs: ["runc", "unshare", "setpriv", "mount", "chroot"], amd64: true);
        using var folder = new TemporaryFolder();
        var runtime = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var change = root == "chroot" ? $"mount --rbind / '{folder.Path}' && exec chroot '{folder.Path}'" : "exec";
        var script = $"mount --bind '{runtime}' /mnt && mount --bind '{AppContext.BaseDirectory}' /media && cd / && {change} "
            + "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all /mnt/dotnet /media/syscallprobe.dll \"$@\"";
        var start = new ProcessStartInfo("unshare", ["-m", "sh", "-c", script, "sh", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("XDG_RUNTIME_DIR");
        start.Environment["HOME"] = "/";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
