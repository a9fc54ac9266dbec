using System.Text;
using System.Text.Json;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Report;

public sealed class BaselineTests
{
    static readonly Evidence s_complete = new() { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true };

    static readonly Finding s_finding = new("GV0001", "ioctl", [new("cmd", "TCSETSF")], null, OutcomeKind.Fails, Errno.ENOSYS, null, new Observed(3, Result.Success), Consequence.Blocking,
        Certainty.Predicted, ["/bin/a"], Phase.Startup, null, null, "Do it.");

    static readonly Finding s_other = s_finding with { Syscall = "mount", Arguments = [] };

    [Fact]
    public void What_the_baseline_has_does_not_fail()
    {
        var target = Compared([s_finding], [s_finding with { Observed = new Observed(99, Result.Success) }]);

        target.Verdict.Should().Be(Verdict.Incompatible);
        target.Baseline.Should().Be(new BaselineResult("gvisor@1", Verdict.Incompatible, 0, 0, 0, Verdict.Compatible));
        target.Findings[0].Should().BeEquivalentTo(new { Baseline = BaselineState.Unchanged, Counts = false });
    }

    [Fact]
    public void What_is_new_fails()
    {
        var target = Compared([s_finding], [s_finding, s_other]);

        target.Findings.Select(finding => finding.Baseline).Should().Equal(BaselineState.Unchanged, BaselineState.New);
        target.Baseline.Should().Be(new BaselineResult("gvisor@1", Verdict.Incompatible, 1, 0, 0, Verdict.Incompatible));
    }

    [Theory]
    [InlineData(Consequence.Degraded, Consequence.Blocking, BaselineState.Worse, Verdict.Incompatible)]
    [InlineData(Consequence.Harmless, Consequence.Degraded, BaselineState.Worse, Verdict.Caveats)]
    [InlineData(Consequence.Degraded, Consequence.Unknown, BaselineState.Worse, Verdict.Inconclusive)]
    [InlineData(Consequence.Unknown, Consequence.Unknown, BaselineState.Unchanged, Verdict.Compatible)]
    [InlineData(Consequence.Blocking, Consequence.Degraded, BaselineState.Unchanged, Verdict.Compatible)]
    public void What_is_worse_fails_and_what_is_milder_does_not(Consequence before, Consequence after, BaselineState state, Verdict gate)
    {
        var target = Compared([s_finding with { Consequence = before }], [s_finding with { Consequence = after }]);

        (target.Findings[0].Baseline, target.GateVerdict).Should().Be((state, gate));
    }

    [Fact]
    public void A_call_with_another_result_under_runc_is_another_finding() =>
        Compared([s_finding with { Observed = new Observed(3, Result.Failed(Errno.EPERM)) }], [s_finding]).Baseline.Should().BeEquivalentTo(new { New = 1, Gone = 1, Gate = Verdict.Incompatible });

    [Fact]
    public void What_was_waived_then_and_is_not_now_is_new()
    {
        var waived = s_finding with { Waiver = new FindingWaiver("so", new DateOnly(2026, 1, 1), IsExpired: false) };

        Compared([waived], [s_finding]).GateVerdict.Should().Be(Verdict.Incompatible);
        Compared([waived with { Waiver = waived.Waiver! with { IsExpired = true } }], [s_finding]).GateVerdict.Should().Be(Verdict.Compatible);
    }

    [Fact]
    public void No_baseline_makes_up_for_evidence()
    {
        foreach (var evidence in (Evidence[])[s_complete with { Lost = 1 }, s_complete with { Events = 0 }, s_complete with { Succeeded = false }, s_complete with { FromFirstInstruction = false }])
        {
            var now = Report(evidence, "gvisor@1", s_finding);

            Of(now).Compared(now).Targets[0].GateVerdict.Should().Be(Verdict.Inconclusive);
        }
    }

    [Fact]
    public void Targets_of_one_runtime_are_compared_over_an_upgrade() =>
        Of(Report(s_complete, "gvisor@1", s_finding)).Compared(Report(s_complete, "gvisor@2", s_finding)).Targets[0].Baseline.Should().BeEquivalentTo(new { Target = "gvisor@1", Gate = Verdict.Compatible });

    [Fact]
    public void A_runtime_that_the_baseline_does_not_have_is_an_error() =>
        Failure(() => Of(Report(s_complete, "gvisor@1")).Require(["gvisor@2", "kata@3"])).What.Should().Be("the baseline has no verdict on kata@3; expected one of its runtime, found gvisor");

    [Fact]
    public void Another_architecture_is_an_error()
    {
        var now = Report(s_complete, "gvisor@1", s_finding);

        Failure(() => Of(now with { Subject = now.Subject with { Arch = Abi.Arm64 } }).Compared(now)).What.Should().Be("the baseline is of arm64; expected amd64");
    }

    [Fact]
    public void A_workload_of_a_manifest_is_known_by_its_name()
    {
        var web = Report(s_complete, "gvisor@1", s_finding) with { Workload = new ManifestWorkload("Deployment", "shop", "web", "a.yaml", 1) };
        var proxy = web with { Workload = web.Workload! with { Name = "proxy" } };

        Of(proxy, web).Compared(web).Targets[0].GateVerdict.Should().Be(Verdict.Compatible);
        Of(proxy).Compared(web).Targets[0].Baseline.Should().Be(new BaselineResult(null, null, 1, 0, 0, Verdict.Incompatible));
        Failure(() => Of(web).Compared(web with { Workload = null })).What.Should().Contain("expected the report of a command");
        Failure(() => Of(web with { Workload = null }).Compared(web)).What.Should().Be("the baseline is of a command; expected one of Deployment shop/web");
    }

    [Theory]
    [InlineData("{", "expected a report in JSON")]
    [InlineData("{\"schemaVersion\": 2, \"tool\": {}}", "expected schemaVersion 1, found 2")]
    [InlineData("{\"schemaVersion\": 1}", "'tool' is missing")]
    public void What_is_no_report_is_an_error(string json, string what)
    {
        var failure = Failure(() => Baseline.Read(Encoding.UTF8.GetBytes(json), "b.json"));

        failure.What.Should().Be(what);
        failure.Where.Should().StartWith("b.json: ");
    }

    [Fact]
    public void Formats_say_what_is_new()
    {
        var report = Of(Report(s_complete, "gvisor@1", s_finding)).Compared(Report(s_complete, "gvisor@1", s_finding, s_other));

        using var sarif = JsonDocument.Parse(Rendering.Of("sarif", report));
        sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("baselineState").GetString()).Should().Equal("unchanged", "new");
        Rendering.Of("junit", report).Should().Contain("<skipped type=\"blocking\" message=\"ioctl(cmd=TCSETSF)").And.Contain("<failure type=\"blocking\" message=\"mount");
        Rendering.Of("github", report).Should().Contain("mount fails").And.NotContain("ioctl(cmd").And.Contain("1 new, 0 worse, 0 gone since gvisor@1 (incompatible)");
        Rendering.Of("csv", report).Should().Contain(",unchanged\n").And.Contain(",new\n");
        foreach (var format in (string[])["table", "html"]) Rendering.Of(format, report).Should().Contain("1 new, 0 worse, 0 gone since gvisor@1 (incompatible)");
    }

    [Fact]
    public void A_report_keeps_what_the_baseline_said()
    {
        var report = Of(Report(s_complete, "gvisor@1", s_finding)).Compared(Report(s_complete, "gvisor@1", s_finding, s_other));

        var read = ReportJson.Read(Encoding.UTF8.GetBytes(Rendering.Of("json", report)), "r").Single();

        read.Targets[0].Baseline.Should().Be(report.Targets[0].Baseline);
        read.Targets[0].Findings.Select(finding => finding.Baseline).Should().Equal(BaselineState.Unchanged, BaselineState.New);
    }

    static TargetReport Compared(Finding[] before, Finding[] after) => Of(Report(s_complete, "gvisor@1", before)).Compared(Report(s_complete, "gvisor@1", after)).Targets[0];

    static CheckReport Report(Evidence evidence, string target, params Finding[] findings) => new("0", new Subject(["/bin/a"], null, Abi.Amd64, null), evidence,
        [Assessor.Judged(new TargetReport(target, default, null, [], []), evidence, findings)], new Recommendation("none", [], []));

    static Baseline Of(params CheckReport[] reports) => Baseline.Read(Encoding.UTF8.GetBytes(Rendering.Of("json", reports)), "b.json");

    static Failure Failure(Action action) => action.Should().Throw<FailureException>().Which.Failure;
}
