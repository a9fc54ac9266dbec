using SyscallProbe.Matrix;
using SyscallProbe.Probe;
using SyscallProbe.Rules;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Probe;

public sealed class ProbePlanTests
{
    const string Debian = "release-20221219.0";

    static readonly Lazy<ProbePlan> s_plan = new(() => ProbePlan.Of(GvisorReleases.Known.Parse(Debian), Abi.Amd64));

    [Fact]
    public void Every_rule_of_the_release_has_a_call_or_a_recipe_that_says_why_not()
    {
        var rules = Directory.EnumerateFiles(Repo.PathOf("data", "gvisor", "rules"), "*.csv").SelectMany(RulesAt).ToList();
        var plan = s_plan.Value;

        plan.RuleCount.Should().Be(rules.Count);
        plan.Cases.Select(probe => probe.Rule).Distinct().Concat(plan.Unprobed.Select(rule => rule.Rule)).Should().BeEquivalentTo(rules);
        plan.Unprobed.Where(rule => rule.Reason is "no recipe" or "no call was found that it decides").Should().BeEmpty("data/probe/calls.csv says how to make a call for it, or why not");
        plan.Unprobed.Length.Should().BeLessThanOrEqualTo(plan.RuleCount / 20);
    }

    [Fact]
    public void The_query_of_a_case_gives_its_prediction()
    {
        var models = new Dictionary<string, GvisorModel>();
        foreach (var probe in s_plan.Value.Cases)
        {
            if (!models.TryGetValue(probe.Target.ToString(), out var model)) models[probe.Target.ToString()] = model = new GvisorModel(probe.Target);
            model.Predict(CallQuery.Parse(probe.Query, Abi.Amd64).Call).Single.Should().Be(probe.Predicted, probe.Query);
        }
    }

    [Fact]
    public void Nobody_who_is_not_asked_for_it_has_a_capability_beyond_Dockers()
    {
        s_plan.Value.Cases.Should().OnlyContain(probe => probe.Script.Contains($"!capabilities 0x{probe.Capabilities:x} ; "));
        s_plan.Value.Cases.Where(probe => !probe.Query.Contains("cap=+")).Should().OnlyContain(probe => (probe.Capabilities & ~Capabilities.DockerDefault) == 0);
    }

    [Theory]
    [InlineData("release-20190304.1", Abi.Amd64, 0)]
    [InlineData("release-20260817.0", Abi.Amd64, 700)]
    [InlineData("release-20260817.0", Abi.Arm64, 700)]
    public void Other_releases_and_arm64_have_calls_too(string release, Abi abi, int least)
    {
        var plan = ProbePlan.Of(GvisorReleases.Known.Parse(release), abi);

        plan.Cases.Select(probe => probe.Rule).Distinct().Count().Should().BeGreaterThan(least);
    }

    [Theory]
    [InlineData("7 ok 3\n", "works")]
    [InlineData("7 replaced\n", "works")]
    [InlineData("7 errno 22\n", "fails EINVAL")]
    [InlineData("7 prepare 2 13\n", "not reached: step 2 fails EACCES")]
    [InlineData("7 signal 11\n", "killed by signal 11")]
    [InlineData("7 timeout\n", "no answer")]
    [InlineData("6 ok 0\npanic: lost\n\n7", "not run")]
    public void An_outcome_reads_as_the_probe_prints_it(string output, string expected) =>
        ProbeOutcome.Parse(output).GetValueOrDefault("7", ProbeOutcome.Absent).ToString().Should().Be(expected);

    [Fact]
    public void A_crash_agrees_with_nothing_and_a_call_that_was_not_reached_is_not_compared()
    {
        var works = s_plan.Value.Cases.First(probe => probe.Predicted.Kind == OutcomeKind.Works);
        var fails = s_plan.Value.Cases.First(probe => probe.Predicted.Kind == OutcomeKind.Fails);

        works.AgreesWith(new ProbeOutcome("signal", 0, 11)).Should().BeFalse();
        fails.AgreesWith(new ProbeOutcome("timeout", 0, 0)).Should().BeFalse();
        fails.AgreesWith(new ProbeOutcome("errno", 0, 200)).Should().BeFalse();
        fails.AgreesWith(new ProbeOutcome("prepare", 1, 22)).Should().BeNull();
        works.AgreesWith(ProbeOutcome.Absent).Should().BeNull();
    }

    static IEnumerable<string> RulesAt(string path)
    {
        using var csv = File.OpenRead(path);
        var name = $"data/gvisor/rules/{Path.GetFileName(path)}";
        var file = CsvFile.Read(name, csv);
        for (var row = 0; row < file.Rows.Count; row++)
        {
            var (since, until) = (file.Rows[row][file.Column("since")], file.Rows[row][file.Column("until")]);
            // Tags of one form sort as text.
            if (string.CompareOrdinal(since, Debian) <= 0 && (until.Length == 0 || string.CompareOrdinal(until, Debian) >= 0)) yield return $"{name}:{row + 2}";
        }
    }
}
