using System.Text;
using System.Text.Json;
using NJsonSchema;
using SyscallProbe.Policies;
using SyscallProbe.Report;
using SyscallProbe.Tests;
using SyscallProbe.Yaml;

namespace SyscallProbe.Core.Tests.Policies;

public sealed class PolicyReaderTests
{
    const string Whole =
        """
        # yaml-language-server: $schema=policy.schema.json
        targets: [gvisor@20260817.0, kata]
        fail-on: caveats
        trust: multi-tenant
        consequences:
          GV0001: degraded
        waivers:
          - rule: GV0002
            statement: the program falls back, OPS-12
            expires: 2027-01-31
          - rule: GV0003
            scope: {executable: /usr/bin/*, image: "*/shop:*", argument: cmd=TCSETSF}
            statement: |
              accepted by the team
            expires: "2027-02-28"
        """;

    [Fact]
    public void The_policy_that_the_readme_shows_is_one()
    {
        var readme = File.ReadAllText(Path.Combine(Repo.Root, "README.md"));
        var start = readme.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;

        Read(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)]).Waivers.Should().ContainSingle();
    }

    [Fact]
    public void A_policy_is_read_with_its_lines()
    {
        var policy = Read(Whole);

        policy.Settings["targets"].Texts.Should().Equal("gvisor@20260817.0", "kata");
        policy.Settings["fail-on"].Should().BeEquivalentTo(new { Texts = new[] { "caveats" }, Line = 3 });
        policy.Settings["trust"].Texts.Should().Equal("multi-tenant");
        policy.Consequences.Should().BeEquivalentTo(new Dictionary<string, Consequence> { ["GV0001"] = Consequence.Degraded });
        policy.Waivers[0].Should().Be(new Waiver("GV0002", new WaiverScope(null, null, null), "the program falls back, OPS-12", new DateOnly(2027, 1, 31), 8));
        policy.Waivers[1].Scope.Should().Be(new WaiverScope("/usr/bin/*", "*/shop:*", "cmd=TCSETSF"));
        policy.Waivers[1].Line.Should().Be(11);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("waivers:\n")]
    public void An_empty_policy_decides_nothing(string yaml)
    {
        var policy = Read(yaml);

        (policy.Settings.Count, policy.Consequences.Count, policy.Waivers.Length).Should().Be((0, 0, 0));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "waiver:\n  - a\n", "p.yaml:1|unknown key 'waiver'; expected one of targets, fail-on, trust, consequences, waivers; nearest: waivers" },
        { "trust: trusted\nfail_on: caveats\n", "p.yaml:2|unknown key 'fail_on'; expected one of targets, fail-on, trust, consequences, waivers; nearest: fail-on" },
        { "waivers:\n  - rule: GV0001\n    expires: 2027-01-31\n", "p.yaml:2|the waiver has no 'statement': expected why the finding is accepted" },
        { "waivers:\n  - rule: GV0001\n    statement: '  '\n    expires: 2027-01-31\n", "p.yaml:3|the statement is empty: expected why the finding is accepted" },
        { "waivers:\n  - rule: GV0001\n    statement: so\n", "p.yaml:2|the waiver has no 'expires': expected the last day on which it holds, as 2027-01-31" },
        { "waivers:\n  - rule: GV0001\n    statement: so\n    expires: never\n", "p.yaml:4|expected a day such as 2027-01-31, found 'never'" },
        { "waivers:\n  - rule: GV0001\n    statement: so\n    expires: 2027-1-31\n", "p.yaml:4|expected a day such as 2027-01-31, found '2027-1-31'" },
        { "waivers:\n  - statement: so\n    expires: 2027-01-31\n", "p.yaml:2|the waiver has no 'rule': expected the id of a rule, as reports print it" },
        { "waivers:\n  - rule: GV0001\n    statement: so\n    expires: 2027-01-31\n    scope:\n      executables: /a\n", "p.yaml:6|unknown key 'executables'; expected one of executable, image, argument; nearest: executable" },
        { "waivers:\n  - rule: GV0001\n    statement: so\n    expires: 2027-01-31\n    scope: /a\n", "p.yaml:5|expected a scope with executable, image, argument, found '/a'" },
        { "waivers: {rule: GV0001}\n", "p.yaml:1|expected a list such as `- {rule: GV0012, statement: restores the terminal itself, expires: 2027-01-31}`, found a mapping" },
        { "consequences:\n  GV0001: fatal\n", "p.yaml:2|expected one of blocking, degraded, harmless, unknown, found 'fatal'" },
        { "consequences:\n  gv1: harmless\n", "p.yaml:2|unknown rule 'gv1'" },
        { "targets: gvisor\n", "p.yaml:1|expected a list of targets, found 'gvisor'" },
        { "trust:\n  - trusted\n", "p.yaml:1|expected one word, found a list" },
        { "- a\n", "p.yaml:1|expected the keys targets, fail-on, trust, consequences, waivers, found a list" },
        { "trust: trusted\n---\ntrust: trusted\n", "p.yaml:3|expected one document, found several" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_not_understood_is_an_error_with_its_line(string yaml, string expected)
    {
        var failure = ((Action)(() => Read(yaml))).Should().Throw<FailureException>().Which.Failure;

        $"{failure.Where}|{failure.What}".Should().StartWith(expected);
        failure.Code.Should().Be(FailureCode.BadInput);
        failure.Fix.Should().Be("schemas/policy.schema.json describes the file");
    }

    [Fact]
    public void No_yaml_is_an_error_that_points_to_the_schema() =>
        ((Action)(() => Read("a: [\n"))).Should().Throw<FailureException>().Which.Failure.Fix.Should().Contain("policy.schema.json");

    [Fact]
    public async Task The_schema_takes_what_the_reader_takes()
    {
        foreach (var yaml in (string[])[Whole, "waivers:\n"]) (await WrongBySchema(yaml)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_schema_refuses_what_the_reader_refuses()
    {
        // Several documents are not one value, and that a rule exists only the reader knows.
        foreach (var (yaml, message) in Refused.Select(row => row.Data).Where(row => !row.Item2.Contains("one document")))
        {
            (await WrongBySchema(yaml)).Should().NotBeEmpty(message);
        }
    }

    static async Task<IEnumerable<string>> WrongBySchema(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(Repo.PathOf("schemas", "policy.schema.json")));
        return schema.Validate(Json(YamlReader.Read(Encoding.UTF8.GetBytes(yaml), "p.yaml")[0])).Select(error => error.ToString());
    }

    static string Json(YamlNode node) => node.Kind switch
    {
        YamlKind.Mapping => $"{{{string.Join(',', node.Entries.Select(entry => $"{JsonSerializer.Serialize(entry.Key)}:{Json(entry.Value)}"))}}}",
        YamlKind.Sequence => $"[{string.Join(',', node.Items.Select(Json))}]",
        _ => node.IsNull ? "null" : JsonSerializer.Serialize(node.Text),
    };

    static Policy Read(string yaml) => PolicyReader.Read(Encoding.UTF8.GetBytes(yaml), "p.yaml");
}
