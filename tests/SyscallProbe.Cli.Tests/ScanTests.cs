using System.Diagnostics;
using System.Text.Json;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests;

/// <summary>What a run leaves unseen, from end to end: calls that the code has, and kinds that still appear at the end.</summary>
public sealed class ScanTests : IDisposable
{
    const string Gvisor = "gvisor@release-20221219.0";

    const string Program = """
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int argc, char **argv) { return argc < 100 ? 0 : syscall(SYS_kcmp, 1, 1, 0, 0, 0); }
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_call_that_the_code_has_is_listed_and_changes_no_verdict()
    {
        var program = Compile();

        var report = Check(0, "--", program);

        var target = report.GetProperty("targets")[0];
        target.GetProperty("verdict").GetString().Should().Be("compatible");
        var kcmp = target.GetProperty("latent").EnumerateArray().Should().ContainSingle(finding => finding.GetProperty("syscall").GetString() == "kcmp").Subject;
        kcmp.GetProperty("consequence").GetString().Should().Be("blocking");
        kcmp.GetProperty("files").EnumerateArray().Select(file => file.GetString()).Should().Equal(program);
    }

    [Fact]
    public void Where_it_counts_no_verdict_is_positive_and_a_saved_trace_is_judged_the_same()
    {
        var trace = Path.Combine(_folder.Path, "t.json");

        var report = Check(4, "--scan", "grade", "--trace-out", trace, "--", Compile());

        report.GetProperty("evidence").GetProperty("grade").GetString().Should().Be("partial");
        TestHost.Run(["assess", "--scan", "grade", "--target", Gvisor, trace]).Exit.Should().Be(4);
        TestHost.Run(["assess", "--target", Gvisor, trace]).Exit.Should().Be(0);
    }

    [Fact]
    public void Without_a_scan_nothing_is_listed() =>
        Check(0, "--scan", "none", "--", Compile()).GetProperty("targets")[0].TryGetProperty("latent", out _).Should().BeFalse();

    // It is stopped as soon as it is healthy: what is new then is new at the end.
    [Fact]
    public void Kinds_that_appear_just_before_the_end_are_counted()
    {
        HostRequirement.Require(root: true, program: "runc");

        var saturation = Check(0, "--health", "test -e /tmp/ready", "--", "sh", "-c", "sleep 1; cat /proc/version; touch /tmp/ready; sleep 60").GetProperty("evidence").GetProperty("saturation");

        saturation.GetProperty("lateKinds").GetInt32().Should().BePositive();
        saturation.GetProperty("lastNewKind").GetDouble().Should().BeGreaterThan(2.0 / 3);
    }

    [Fact]
    public void A_workload_that_ends_by_itself_has_no_end_to_be_late_at_and_of_several_runs_the_odd_kinds_are_counted()
    {
        HostRequirement.Require(root: true, program: "runc");

        // Each run makes the folder's file, which only the first does not find there.
        var saturation = Check(0, "--runs", "2", "--mount", _folder.Path + ":/mnt/kept", "--", "sh", "-c", "mkdir /mnt/kept/made || true").GetProperty("evidence").GetProperty("saturation");

        saturation.GetProperty("lateKinds").ValueKind.Should().Be(JsonValueKind.Null);
        saturation.GetProperty("singleRunKinds").GetInt32().Should().BePositive();
    }

    JsonElement Check(int exit, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "syscallprobe.dll"), "check", "-f", "json", "--target", Gvisor, .. words])
        {
            WorkingDirectory = Repo.Root, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(exit, error.Result);
        using var report = JsonDocument.Parse(output);
        return report.RootElement.Clone();
    }

    string Compile()
    {
        HostRequirement.Require(root: true, programs: ["runc", "cc"], amd64: true);
        var (program, source) = (Path.Combine(_folder.Path, "program"), Path.Combine(_folder.Path, "program.c"));
        File.WriteAllText(source, Program);
        using var compiler = Process.Start("cc", ["-O1", "-o", program, source]);
        compiler.WaitForExit();
        compiler.ExitCode.Should().Be(0);
        return program;
    }
}
