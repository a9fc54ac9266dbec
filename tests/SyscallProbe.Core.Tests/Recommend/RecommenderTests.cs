using SyscallProbe.Matrix;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Recommend;

public sealed class RecommenderTests
{
    static readonly Evidence s_complete = new() { Events = 100, FromFirstInstruction = true, Succeeded = true };

    static readonly WorkloadProfile s_light = new(100, 10, null, null, HasManifest: false);

    static TargetReport Report(string target, string verdict) =>
        new(target, Enum.Parse<Verdict>(verdict, ignoreCase: true), null, ["a reason"], verdict == "incompatible" ? [Blocking("GV1001", "Do without it.")] : []);

    static Finding Blocking(string rule, string remedy) =>
        new(rule, "bpf", [], null, OutcomeKind.Fails, Errno.EPERM, null, new Observed(1, Result.Success), Consequence.Blocking, Certainty.Predicted, [], Phase.Startup, null, null, remedy);

    static Recommendation Recommend(string? gvisor, string? kata, string trust = "untrusted", bool? hasKvm = null, Evidence? evidence = null, WorkloadProfile? profile = null)
    {
        List<TargetReport> targets = [];
        if (gvisor is not null) targets.Add(Report("gvisor@release-20260817.0", gvisor));
        if (kata is not null) targets.Add(Report("kata@4.1.0,hypervisor=qemu", kata));
        return Recommender.Recommend(targets, trust, new HostFacts(hasKvm), evidence ?? s_complete, profile ?? s_light);
    }

    [Theory]
    [InlineData("trusted", "compatible", "compatible", "runc")]
    [InlineData("untrusted", "compatible", "compatible", "gvisor")]
    [InlineData("untrusted", "caveats", "compatible", "gvisor")]
    [InlineData("untrusted", "inconclusive", "compatible", "kata")]
    [InlineData("untrusted", "inconclusive", "inconclusive", "none")]
    [InlineData("untrusted", "incompatible", "incompatible", "none")]
    [InlineData("multi-tenant", "compatible", "compatible", "kata")]
    [InlineData("multi-tenant", "compatible", "inconclusive", "gvisor")]
    [InlineData("compliance", "compatible", "inconclusive", "none")]
    public void Policy_decides_by_trust_and_verdicts(string trust, string gvisor, string kata, string runtime)
    {
        var recommendation = Recommend(gvisor, kata, trust);

        recommendation.Runtime.Should().Be(runtime);
        recommendation.Target.Should().Be(runtime switch { "gvisor" => "gvisor@release-20260817.0", "kata" => "kata@4.1.0,hypervisor=qemu", _ => null });
    }

    [Fact]
    public void Every_combination_of_the_policy_has_an_answer()
    {
        string?[] verdicts = ["compatible", "caveats", "inconclusive", "incompatible", null];
        foreach (var trust in Trusts.All)
        {
            foreach (var gvisor in verdicts)
            {
                foreach (var kata in verdicts)
                {
                    foreach (var accelerator in (string?[])[null, "nvidia", "tpu", "other"])
                    {
                        var recommendation = Recommend(gvisor, kata, trust, evidence: new Evidence(), profile: s_light with { Accelerator = accelerator });
                        recommendation.Reasons.Should().HaveCount(1 + (gvisor is null ? 0 : 1) + (kata is null ? 0 : 1));
                        recommendation.Policy!.Facts.Select(fact => fact.Name).Should().Equal("trust", "gvisor", "kata", "evidence", "io", "accelerator", "memory");
                        if (recommendation.Target is { } target) recommendation.Policy.Facts.Should().Contain(fact => fact.Text == target && (fact.Value == "compatible" || fact.Value == "caveats"), "no sandbox on less");
                    }
                }
            }
        }
    }

    [Fact]
    public void Every_row_of_the_policy_can_decide()
    {
        string?[] verdicts = ["compatible", "caveats", "inconclusive", "incompatible", null];
        Evidence[] grades = [s_complete, new Evidence()];
        WorkloadProfile[] profiles =
            [s_light, s_light with { Accelerator = "nvidia" }, new(100_000, 50_000, null, null, false), new(100_000, 50_000, null, 64 << 20, true)];

        var decided = from trust in Trusts.All from gvisor in verdicts from kata in verdicts from grade in grades from profile in profiles
                      select Recommend(gvisor, kata, trust, evidence: grade, profile: profile).Policy!.Row;

        decided.Distinct().Should().BeEquivalentTo(PackedImage.Embedded.Table("policy/recommendation").Cells("order").Select(cell => int.Parse(cell[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(100_000, 30_000, null, "kata", "heavy")]
    [InlineData(100_000, 9_999, null, "gvisor", "light")]
    [InlineData(100_000, 24_999, null, "gvisor", "light")]
    [InlineData(100_000, 30_000, 320, "gvisor", "heavy")]
    [InlineData(100_000, 30_000, 321, "kata", "heavy")]
    public void Of_two_sandboxes_that_run_it_files_and_memory_decide(int calls, int files, int? limitMiB, string runtime, string io)
    {
        var recommendation = Recommend("compatible", "compatible", profile: new WorkloadProfile((ulong)calls, (ulong)files, null, (long?)limitMiB << 20, limitMiB is not null));

        recommendation.Runtime.Should().Be(runtime);
        recommendation.Policy!.Facts.Single(fact => fact.Name == "io").Value.Should().Be(io);
    }

    [Fact]
    public void The_facts_that_decided_are_told_apart_from_the_others()
    {
        var policy = Recommend("compatible", "compatible").Policy!;

        policy.Row.Should().Be(20);
        policy.Facts.Where(fact => fact.Decides).Select(fact => fact.ToString()).Should().Equal("trust untrusted (--trust)", "gvisor compatible (gvisor@release-20260817.0)");
    }

    [Fact]
    public void Without_a_recording_there_is_no_sandbox_to_recommend()
    {
        Recommend("inconclusive", "inconclusive", evidence: new Evidence()).Reasons[0].Should().StartWith("nothing was recorded");
        Recommend("inconclusive", "inconclusive", trust: "trusted", evidence: new Evidence()).Runtime.Should().Be("runc");
    }

    [Fact]
    public void Where_none_fits_the_smallest_change_is_named() =>
        Recommend("incompatible", "inconclusive").Caveats.Should().Equal("the smallest change: for gvisor@release-20260817.0, Do without it (GV1001)");

    [Fact]
    public void What_is_not_known_is_no_change_to_make()
    {
        var unknown = Report("gvisor@release-20260817.0", "inconclusive") with { Findings = [Blocking("GV1001", "Try it.") with { Consequence = Consequence.Unknown }] };

        Recommender.Recommend([unknown], "untrusted", new HostFacts(null), s_complete, s_light).Caveats.Should().Equal("what is inconclusive may still be shown to run: the reasons of each target say what is missing");
    }

    [Fact]
    public void A_change_in_many_places_is_not_small()
    {
        var many = Report("gvisor@release-20260817.0", "incompatible") with { Findings = [Blocking("GV1001", "A."), Blocking("GV1002", "B."), Blocking("GV1003", "C.")] };

        Recommender.Recommend([many], "untrusted", new HostFacts(null), s_complete, s_light).Caveats.Should().Equal("no single change is known that would help: each finding's remedy says what to do");
    }

    [Fact]
    public void A_host_without_kvm_is_a_caveat_of_kata_alone()
    {
        Recommend(null, "compatible", hasKvm: false).Caveats.Should().ContainSingle().Which.Should().Contain("/dev/kvm");
        Recommend("compatible", null, hasKvm: false).Caveats.Should().BeEmpty();
    }

    [Fact]
    public void An_unknown_trust_is_refused_with_the_choices()
    {
        var asking = () => Recommend(null, null, "friendly");

        asking.Should().Throw<FailureException>().Which.Failure.Fix.Should().Be("one of untrusted, trusted, multi-tenant, compliance");
    }
}
