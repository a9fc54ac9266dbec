using System.Text;
using System.Text.Json;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>The contract of exit codes on real knowledge. What exactly breaks is tested where the rules are.</summary>
public sealed class AssessVerbTests
{
    static readonly Observation s_read = new(Abi.Amd64, new Nr(0), [], null, Result.Success, Phase.Startup, 9, ["/bin/a"]);

    static readonly Observation s_uring = s_read with { Nr = new Nr(425), Count = 1 };

    [Fact]
    public void A_blocking_call_exits_with_2_and_is_named_in_the_first_lines()
    {
        var (exit, output, error) = Assess([s_read, s_uring], "--target", "gvisor");

        (exit, error).Should().Be((2, ""));
        output.Should().StartWith("incompatible  gvisor@release-").And.Contain("Worst: io_uring_setup fails with ENOSYS");
    }

    [Fact]
    public void Json_is_all_that_is_printed_and_has_the_same_verdict()
    {
        var (exit, output, _) = Assess([s_read, s_uring], "--target", "gvisor", "-f", "json");

        exit.Should().Be(2);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("targets")[0].GetProperty("verdict").GetString().Should().Be("incompatible");
        json.RootElement.GetProperty("evidence").GetProperty("kinds").GetInt32().Should().Be(2);
    }

    [Fact]
    public void What_works_exits_with_0() => Assess([s_read], "--target", "runc").Exit.Should().Be(0);

    [Fact]
    public void An_empty_trace_exits_with_4()
    {
        var (exit, output, _) = Assess([], "--target", "runc");

        exit.Should().Be(4);
        output.Should().StartWith("inconclusive  runc: the trace has no calls");
    }

    [Fact]
    public void Lost_events_exit_with_4() => Assess([s_read], new Evidence { Events = 9, Lost = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true }, "--target", "runc").Exit.Should().Be(4);

    [Theory]
    [InlineData("nosuch")]
    [InlineData("gvisor@release-19990101.0")]
    public void An_unknown_target_exits_with_5_and_prints_no_result(string target)
    {
        var (exit, output, error) = Assess([s_read], "--target", "runc", "--target", target);

        (exit, output).Should().Be((5, ""));
        error.Should().Contain(target.Split('@')[^1]);
    }

    [Fact]
    public void The_worst_of_several_targets_decides() => Assess([s_read, s_uring], "--target", "runc", "--target", "gvisor").Exit.Should().Be(2);

    [Theory]
    [InlineData("not json", "expected a trace in JSON")]
    [InlineData("", "expected a trace in JSON")]
    [InlineData("{}", "'schemaVersion' is missing")]
    public void What_is_no_trace_exits_with_1(string text, string what)
    {
        var (exit, output, error) = TestHost.Run(["assess", "-"], input: Encoding.UTF8.GetBytes(text));

        (exit, output).Should().Be((1, ""));
        error.Should().StartWith("syscallprobe: error: " + what).And.Contain("standard input: ");
    }

    static (int Exit, string Out, string Error) Assess(Observation[] observations, params string[] options) =>
        Assess(observations, new Evidence { Events = observations.Aggregate(0UL, (sum, seen) => sum + seen.Count), ExitCode = 0, Succeeded = true, FromFirstInstruction = true }, options);

    static (int Exit, string Out, string Error) Assess(Observation[] observations, Evidence evidence, params string[] options)
    {
        var trace = new Trace([Guid.Parse("11111111-2222-3333-4444-555555555555")], [new Subject(["/bin/a"], null, Abi.Amd64, "6.18.0")], evidence, Trace.Normalised(observations));
        return TestHost.Run(["assess", .. options, "-"], input: TraceJson.Write(trace));
    }
}
