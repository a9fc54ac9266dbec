using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Policies;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Policies;

public sealed class PolicyJudgeTests
{
    static readonly DateOnly s_today = new(2026, 12, 1);

    static readonly Evidence s_complete = new() { Events = 1, ExitCode = 0, Succeeded = true, FromFirstInstruction = true };

    static readonly Finding s_finding = new("GV0001", "ioctl", [new("cmd", "TCSETSF")], null, OutcomeKind.Fails, Errno.ENOSYS, null, new Observed(3, Result.Success), Consequence.Blocking,
        Certainty.Predicted, ["/usr/bin/node"], Phase.Startup, null, null, "Do it.");

    [Theory]
    [InlineData(Consequence.Blocking, Verdict.Incompatible)]
    [InlineData(Consequence.Degraded, Verdict.Caveats)]
    [InlineData(Consequence.Unknown, Verdict.Inconclusive)]
    public void A_waived_finding_counts_for_no_verdict_and_stays_what_it_is(Consequence consequence, Verdict before)
    {
        var report = Report(s_complete, s_finding with { Consequence = consequence });
        report.Verdict.Should().Be(before);

        var judged = Judge(Waiver()).Judged(report, null);

        (judged.Verdict, judged.Reasons.Length).Should().Be((Verdict.Compatible, 0));
        judged.Findings.Should().ContainSingle().Which.Should().BeEquivalentTo(new { IsWaived = true, Consequence = consequence, Waiver = new { Statement = "agreed", IsExpired = false } });
    }

    public static TheoryData<Evidence> ThinEvidence => new(
        s_complete with { Lost = 3 }, s_complete with { Unparsed = 9 }, s_complete with { Events = 0 }, s_complete with { NamesOnly = true }, s_complete with { FromFirstInstruction = false },
        s_complete with { Succeeded = null, ExitCode = null }, s_complete with { Succeeded = false, ExitCode = 1 }, s_complete with { Reasons = ["a gap"] });

    [Theory, MemberData(nameof(ThinEvidence))]
    public void No_waiver_makes_up_for_evidence(Evidence evidence)
    {
        foreach (var consequence in Enum.GetValues<Consequence>())
        {
            var judged = Judge(Waiver()).Judged(Report(evidence, s_finding with { Consequence = consequence }), null);

            judged.Verdict.Should().Be(Verdict.Inconclusive);
            judged.Reasons.Should().NotBeEmpty();
        }
    }

    [Fact]
    public void What_a_rehearsal_left_open_stays_open()
    {
        var report = Report(s_complete, s_finding) with { Gaps = ["it broke in the rehearsal"] };

        Judge(Waiver()).Judged(report, null).Should().BeEquivalentTo(new { Verdict = Verdict.Inconclusive, Reasons = new[] { "it broke in the rehearsal" } });
    }

    [Fact]
    public void What_the_sandbox_itself_showed_is_no_finding_to_waive() =>
        Judge(Waiver()).Judged(Report(s_complete, s_finding with { Consequence = Consequence.Degraded }) with { Verdict = Verdict.Incompatible }, null).Verdict.Should().Be(Verdict.Incompatible);

    [Fact]
    public void A_waiver_holds_to_the_end_of_its_last_day()
    {
        var report = Report(s_complete, s_finding);

        Judge(Waiver() with { Expires = s_today }).Judged(report, null).Verdict.Should().Be(Verdict.Compatible);
        var judge = Judge(Waiver() with { Expires = s_today.AddDays(-1) });
        var expired = judge.Judged(report, null);

        expired.Verdict.Should().Be(Verdict.Incompatible);
        expired.Findings[0].Should().BeEquivalentTo(new { IsWaived = false, Waiver = new { IsExpired = true } });
        judge.Uses.Should().ContainSingle().Which.Should().BeEquivalentTo(new { State = WaiverState.Expired, Findings = 1 });
    }

    [Fact]
    public void One_that_holds_wins_over_one_that_expired()
    {
        var judge = Judge(Waiver() with { Expires = s_today.AddDays(-1) }, Waiver() with { Statement = "again" });

        judge.Judged(Report(s_complete, s_finding), null).Findings[0].Waiver!.Statement.Should().Be("again");
        judge.Uses.Select(use => use.State).Should().Equal(WaiverState.Expired, WaiverState.Applied);
    }

    [Theory]
    [InlineData("GV0002", WaiverState.Stale)]
    [InlineData("GV0001", WaiverState.Applied)]
    public void A_waiver_that_nothing_fits_is_stale(string rule, WaiverState state)
    {
        var judge = Judge(Waiver() with { Rule = rule });

        judge.Judged(Report(s_complete, s_finding), null);

        judge.Uses[0].State.Should().Be(state);
    }

    [Fact]
    public void What_is_harmless_needs_no_waiver()
    {
        var judge = Judge(Waiver());

        judge.Judged(Report(s_complete, s_finding with { Consequence = Consequence.Harmless }), null).Findings[0].Waiver.Should().BeNull();
        judge.Uses[0].State.Should().Be(WaiverState.Stale);
    }

    [Theory]
    [InlineData("/usr/bin/*", null, null, true)]
    [InlineData("/usr/bin/nod", null, null, false)]
    [InlineData(null, "*/shop:*", null, true)]
    [InlineData(null, "*/shop", null, false)]
    [InlineData(null, null, "cmd=TCSETSF", true)]
    [InlineData(null, null, "cmd=TCSETS", false)]
    [InlineData(null, null, "path=/dev/*", true)]
    [InlineData("/usr/bin/node", "r/shop:1", "cmd=*", true)]
    [InlineData("/usr/bin/node", "r/shop:1", "cmd=X", false)]
    public void A_scope_has_to_fit_in_all_its_parts(string? executable, string? image, string? argument, bool fits) =>
        new WaiverScope(executable, image, argument).Fits(s_finding with { Path = "/dev/tty" }, "r/shop:1").Should().Be(fits);

    [Fact]
    public void A_scope_of_a_program_is_for_no_call_that_another_makes_too()
    {
        new WaiverScope("/usr/bin/node", null, null).Fits(s_finding with { Executables = ["/bin/sh", "/usr/bin/node"] }, null).Should().BeFalse();
        new WaiverScope("*", null, null).Fits(s_finding with { Executables = [] }, null).Should().BeFalse();
        new WaiverScope(null, "*", null).Fits(s_finding, null).Should().BeFalse();
        new WaiverScope(null, null, "field=spec.host*").Fits(s_finding with { Location = new Location("a.yaml", 3, "spec.hostPID") }, null).Should().BeTrue();
    }

    [Theory]
    [InlineData(Consequence.Blocking, Consequence.Harmless, Verdict.Compatible)]
    [InlineData(Consequence.Harmless, Consequence.Blocking, Verdict.Incompatible)]
    [InlineData(Consequence.Harmless, Consequence.Unknown, Verdict.Inconclusive)]
    public void A_policy_says_what_the_findings_of_a_rule_mean(Consequence assessed, Consequence decided, Verdict verdict)
    {
        var policy = Policy() with { Consequences = ImmutableDictionary<string, Consequence>.Empty.Add("GV0001", decided) };

        var judged = new PolicyJudge(policy, s_today).Judged(Report(s_complete, s_finding with { Consequence = assessed }), null);

        judged.Verdict.Should().Be(verdict);
        judged.Findings[0].Should().BeEquivalentTo(new { Consequence = decided, AssessedConsequence = assessed });
    }

    [Fact]
    public void Waived_findings_come_last_and_the_others_still_count()
    {
        var other = s_finding with { Rule = "GV0002", Consequence = Consequence.Degraded };

        var judged = Judge(Waiver()).Judged(Report(s_complete, s_finding, other), null);

        judged.Verdict.Should().Be(Verdict.Caveats);
        judged.Findings.Select(finding => finding.Rule).Should().Equal("GV0002", "GV0001");
    }

    static Waiver Waiver() => new("GV0001", new WaiverScope(null, null, null), "agreed", new DateOnly(2027, 1, 31), 3);

    static Policy Policy(params Waiver[] waivers) => new("p.yaml", ImmutableDictionary<string, PolicySetting>.Empty, ImmutableDictionary<string, Consequence>.Empty, [.. waivers]);

    static PolicyJudge Judge(params Waiver[] waivers) => new(Policy(waivers), s_today);

    static TargetReport Report(Evidence evidence, params Finding[] findings) => Assessor.Judged(new TargetReport("gvisor@x", default, null, [], []), evidence, findings);
}
