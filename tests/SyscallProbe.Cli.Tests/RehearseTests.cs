using System.Diagnostics;
using System.Text.Json;
using SyscallProbe.Cli.Tests.Verbs;
using SyscallProbe.Tests;

namespace SyscallProbe.Cli.Tests;

/// <summary>Rehearsals from end to end: the built program, the real runc, C programs whose reaction is known.</summary>
public sealed class RehearseTests : IDisposable
{
    const string Gvisor = "gvisor@release-20221219.0";

    readonly TemporaryFolder _folder = new();

    public RehearseTests() => HostRequirement.Require(root: true, programs: ["runc", "cc"], btf: true, amd64: true);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("EPERM", 2, "blocking", "breaks")]
    [InlineData("ENOSYS", 0, "harmless", "passes")]
    public void A_fall_back_that_hangs_on_the_errno_is_rehearsed_right_in_both_directions(string errno, int exit, string consequence, string result)
    {
        var report = Rehearse(exit, "rehearse", $"{Gvisor},outcome:clone3={errno}", Build("thread"));

        var clone3 = Findings(report).Should().ContainSingle(finding => Text(finding, "syscall") == "clone3").Subject;
        (Text(clone3, "consequence"), Text(clone3, "certainty")).Should().Be((consequence, "rehearsed"));
        var rehearsal = report.GetProperty("rehearsal");
        Text(rehearsal, "result").Should().Be(result);
        rehearsal.GetProperty("output").EnumerateArray().Select(line => line.GetString()).Should().Equal(exit == 0 ? [] : ["no thread: Operation not permitted"]);
    }

    [Fact]
    public void A_program_with_refused_probes_becomes_compatible()
    {
        Text(Rehearse(2, "check", Gvisor + ",outcome:kcmp=ENOSYS", Build("probes")), "verdict").Should().Be("incompatible");

        var report = Rehearse(0, "check", Gvisor + ",outcome:kcmp=ENOSYS", "--rehearse", Build("probes"));

        Text(report, "verdict").Should().Be("compatible");
        Findings(report).Select(finding => Text(finding, "syscall")).Should().Contain(["kcmp", "pidfd_open", "openat"]);
        Findings(report).Should().OnlyContain(finding => Text(finding, "consequence") == "harmless" && Text(finding, "certainty") == "rehearsed");
    }

    /// <summary>REHEARSE_SEEDS=20 tries twenty pairs, some ten seconds each.</summary>
    [Fact]
    public void The_two_of_forty_enforced_calls_that_together_break_it_are_named_within_thirty_runs()
    {
        var program = Build("forty");
        using var list = Process.Start(new ProcessStartInfo(program, ["list"]) { RedirectStandardOutput = true })!;
        var names = list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        names.Should().HaveCount(40);
        var seeds = int.Parse(Environment.GetEnvironmentVariable("REHEARSE_SEEDS") ?? "1");
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var pair = Enumerable.Range(0, 40).OrderBy(_ => random.Next()).Take(2).ToArray();

            var report = Rehearse(2, "rehearse", Gvisor + string.Concat(names.Select(name => $",outcome:{name}=ENOSYS")), program, $"{pair[0]}", $"{pair[1]}");

            Findings(report).Where(finding => Text(finding, "consequence") == "blocking").Select(finding => Text(finding, "syscall"))
                .Should().BeEquivalentTo(pair.Select(index => names[index]), $"seed {seed}");
            Findings(report).Count(finding => Text(finding, "certainty") == "rehearsed").Should().BeGreaterThanOrEqualTo(40);
            report.GetProperty("rehearsal").GetProperty("runs").GetInt32().Should().BeLessThanOrEqualTo(30);
        }
    }

    [Fact]
    public void A_workload_that_does_not_work_under_runc_is_not_rehearsed()
    {
        var report = Rehearse(4, "rehearse", Gvisor + ",outcome:kcmp=ENOSYS", "false");

        Text(report, "verdict").Should().Be("inconclusive");
        report.TryGetProperty("rehearsal", out _).Should().BeFalse();
    }

    JsonElement Rehearse(int exit, string verb, string target, params string[] command)
    {
        var options = command.TakeWhile(word => word.StartsWith('-')).ToArray();
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "syscallprobe.dll"), verb, "-f", "json", "--target", target, .. options, "--", .. command[options.Length..]])
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
        var program = Path.Combine(_folder.Path, name);
        using var compiler = Process.Start("cc", ["-O1", "-static", "-pthread", "-o", program, Repo.PathOf("tests", "workloads", name + ".c")]);
        compiler.WaitForExit();
        compiler.ExitCode.Should().Be(0);
        return program;
    }

    static JsonElement[] Findings(JsonElement target) => [.. target.GetProperty("findings").EnumerateArray()];

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
