using System.Diagnostics;
using System.Text.Json;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests;

/// <summary>Verifications from end to end: the built program, the real runc and Debian's runsc, C programs whose reaction is known.</summary>
public sealed class VerifyTests : IDisposable
{
    const string Gvisor = "gvisor@release-20221219.0";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_that_works_there_has_its_refusals_verified_as_harmless()
    {
        var report = Verify(0, Gvisor, "--", Build("probes"));

        Text(report.GetProperty("verification"), "result").Should().Be("works");
        var kcmp = Findings(report).Should().ContainSingle(finding => Text(finding, "syscall") == "kcmp").Subject;
        (Text(kcmp, "errno"), Text(kcmp, "consequence"), Text(kcmp, "certainty")).Should().Be(("EPERM", "harmless", "verified"));
        report.GetProperty("verification").GetProperty("unparsed").GetInt32().Should().Be(0);
    }

    [Fact]
    public void A_program_that_fails_there_is_incompatible_by_the_call_that_was_refused()
    {
        var report = Verify(2, Gvisor, "--", Build("kcmp"));

        Text(report, "verdict").Should().Be("incompatible");
        var verification = report.GetProperty("verification");
        Text(verification, "result").Should().Be("fails");
        Text(verification.GetProperty("parting"), "call").Should().StartWith("kcmp");
        Text(verification.GetProperty("parting"), "sandbox").Should().Be("EPERM");
        verification.GetProperty("output").EnumerateArray().Select(line => line.GetString()).Should().Equal("no kcmp: Operation not permitted");
        var kcmp = Findings(report).Should().ContainSingle(finding => Text(finding, "syscall") == "kcmp").Subject;
        (Text(kcmp, "consequence"), Text(kcmp, "certainty")).Should().Be(("blocking", "verified"));
    }

    [Fact]
    public void A_prediction_that_proves_wrong_is_a_defect_and_harmless()
    {
        var file = Path.Combine(_folder.Path, "defects.jsonl");

        var report = Verify(0, Gvisor + ",outcome:getpid=EPERM", "--report-matrix-defects", file, "--", Build("probes"));

        var getpid = Findings(report).Should().ContainSingle(finding => Text(finding, "syscall") == "getpid").Subject;
        (Text(getpid, "consequence"), Text(getpid, "certainty")).Should().Be(("harmless", "verified"));
        using var defect = JsonDocument.Parse(File.ReadAllLines(file).Single(line => line.Contains("getpid", StringComparison.Ordinal)));
        (Text(defect.RootElement, "call"), Text(defect.RootElement, "predicted"), Text(defect.RootElement, "got"), Text(defect.RootElement, "release"))
            .Should().Be(("getpid", "fails with EPERM", "success", "release-20221219.0"));
    }

    [Fact]
    public void Without_runsc_it_says_so_and_fails()
    {
        HostRequirement.Require(root: true);

        var (exit, _, error) = TestHost.Run(["verify", "--runsc", "/nonexistent/runsc", "--", "true"]);

        exit.Should().Be(1);
        error.Should().Contain("/nonexistent/runsc").And.Contain("apt-get install runsc");
    }

    JsonElement Verify(int exit, string target, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "syscallprobe.dll"), "verify", "-f", "json", "--target", target, .. words])
        {
            WorkingDirectory = Repo.Root, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(exit, error.Result);
        using var report = JsonDocument.Parse(output);
        return report.RootElement.GetProperty("targets")[0].Clone();
    }

    string Build(string name)
    {
        HostRequirement.Require(root: true, programs: ["runc", "runsc", "cc"], amd64: true);
        var program = Path.Combine(_folder.Path, name);
        using var compiler = Process.Start("cc", ["-O1", "-static", "-o", program, Repo.PathOf("tests", "workloads", name + ".c")]);
        compiler.WaitForExit();
        compiler.ExitCode.Should().Be(0);
        return program;
    }

    static JsonElement[] Findings(JsonElement target) => [.. target.GetProperty("findings").EnumerateArray()];

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
