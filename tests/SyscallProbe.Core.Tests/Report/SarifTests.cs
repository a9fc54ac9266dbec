using System.Text.Json;
using NJsonSchema;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Report;

public sealed class SarifTests
{
    static readonly Lazy<Task<JsonSchema>> s_schema = new(() => JsonSchema.FromFileAsync(Repo.PathOf("tests/third-party/sarif/sarif-schema-2.1.0.json")));

    static readonly TargetReport s_target = SampleReport.Value.Targets[0];

    [Fact]
    public async Task The_sample_is_valid_by_the_official_schema() => (await Wrong(Rendering.Of("sarif", SampleReport.Value))).Should().BeEmpty();

    [Fact]
    public async Task Several_workloads_and_none_are_valid()
    {
        (await Wrong(Rendering.Of("sarif", SampleReport.Value, SampleReport.Value))).Should().BeEmpty();
        (await Wrong(Rendering.Of("sarif", SampleReport.Value with { Targets = [] }))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("\"level\": \"error\"", "\"level\": \"fatal\"")]
    [InlineData("\"ruleIndex\"", "\"rule\"")]
    [InlineData("\"version\": \"2.1.0\"", "\"version\": \"2.2.0\"")]
    public async Task The_schema_refuses_what_is_no_sarif(string from, string to) =>
        (await Wrong(Rendering.Of("sarif", SampleReport.Value).Replace(from, to))).Should().NotBeEmpty();

    [Fact]
    public void Five_thousand_results_are_kept_the_most_severe_and_a_notification_says_so()
    {
        using var log = JsonDocument.Parse(Rendering.Of("sarif", Rendering.Large(8_000)));
        var run = log.RootElement.GetProperty("runs")[0];

        var levels = run.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("properties").GetProperty("consequence").GetString()).ToArray();
        levels.Should().HaveCount(5_000);
        // 2,000 of each under the first target, and what the second target has.
        levels.Count(level => level == "blocking").Should().Be(2_001);
        levels.Count(level => level == "unknown").Should().Be(2_001);
        levels.Count(level => level == "degraded").Should().Be(998);
        run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications")[0].GetProperty("message").GetProperty("text").GetString().Should().StartWith("3,003 findings left out");
    }

    [Fact]
    public void A_fingerprint_outlives_counts_outcomes_releases_and_stacks()
    {
        var finding = s_target.Findings[0];
        var changed = finding with
        {
            Observed = new Observed(7, Result.Success), Errno = Errno.EPERM, Outcome = OutcomeKind.Differs, Consequence = Consequence.Harmless, Certainty = Certainty.Verified,
            Stack = ["main"], Phase = Phase.Shutdown, Condition = null, Remedy = "x",
        };

        FingerprintsOf("gvisor@release-20260817.0", changed).Should().Equal(FingerprintsOf("gvisor@release-20221219.0,platform=kvm", finding));
    }

    [Fact]
    public void A_fingerprint_tells_rule_call_argument_path_executable_and_runtime_apart()
    {
        var finding = s_target.Findings[0];
        string[] all =
        [
            .. FingerprintsOf("gvisor", finding), .. FingerprintsOf("kata", finding), .. FingerprintsOf("gvisor", finding with { Rule = "GV9" }),
            .. FingerprintsOf("gvisor", finding with { Syscall = "x" }), .. FingerprintsOf("gvisor", finding with { Arguments = [new("a", "b")] }),
            .. FingerprintsOf("gvisor", finding with { Path = "/p" }), .. FingerprintsOf("gvisor", finding with { Executables = ["/x"] }),
        ];

        all.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Findings_with_all_in_common_are_numbered() =>
        FingerprintsOf("gvisor", s_target.Findings[0], s_target.Findings[0]).Should().SatisfyRespectively(
            first => first.Should().MatchRegex("^[0-9a-f]{32}$"), second => second.Should().MatchRegex("^[0-9a-f]{32}-2$"));

    [Fact]
    public void A_finding_on_a_manifest_has_its_file_and_line()
    {
        using var log = JsonDocument.Parse(Rendering.Of("sarif", SampleReport.Value));
        var place = log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Last().GetProperty("locations")[0];

        place.GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString().Should().Be("pod.yaml");
        place.GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32().Should().Be(12);
        place.GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString().Should().Be("spec.hostNetwork");
    }

    static string[] FingerprintsOf(string target, params Finding[] findings)
    {
        using var log = JsonDocument.Parse(Rendering.Of("sarif", SampleReport.Value with { Targets = [s_target with { Target = target, Findings = [.. findings] }] }));
        return [.. log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("partialFingerprints").GetProperty("syscallprobe/v1").GetString()!)];
    }

    static async Task<IEnumerable<string>> Wrong(string log) => (await s_schema.Value).Validate(log).Select(error => error.ToString());
}
