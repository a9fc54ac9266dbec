using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using SyscallProbe.Doctor;
using SyscallProbe.Doctor.Cluster;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Doctor;

/// <summary>The doctor's rows fit to its code, and its JSON to its schema.</summary>
public sealed partial class DoctorDataTests
{
    [Fact]
    public void Every_row_is_of_a_check_in_the_code_and_has_a_fix_where_something_is_wrong()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Repo.PathOf("src/SyscallProbe.Core/Doctor"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        foreach (var row in DoctorRow.All)
        {
            sources.Should().Contain($"\"{row.Check}\"").And.Match(text => text.Contains($"\"{row.Case}\"") || row.Case.StartsWith("no-overhead-"), $"{row.Check}/{row.Case} is found by something");
            if (row.Status >= DoctorStatus.Warning) row.Fix.Should().NotBeEmpty($"{row.Check}/{row.Case}");
        }
        DoctorRow.All.Select(row => (row.Check, row.Case)).Should().OnlyHaveUniqueItems().And.BeInAscendingOrder(Comparer<(string Check, string Case)>.Create((a, b) => string.CompareOrdinal(a.Check + "\x01" + a.Case, b.Check + "\x01" + b.Case)));
    }

    [Fact]
    public void Names_in_the_texts_of_an_event_are_groups_of_its_pattern()
    {
        foreach (var row in PodEvent.All)
        {
            var wanted = Name().Matches(row.Meaning + row.Fix).Select(match => match.Groups[1].Value);
            wanted.Should().BeSubsetOf(row.Pattern.GetGroupNames(), row.Event);
        }
        PodEvent.All.Select(row => row.Event).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_JSON_is_as_its_schema_says()
    {
        var reports = new[]
        {
            NodeDoctor.Examine(SampleNode.Value, [], "1.0"), NodeDoctor.Examine(SampleNode.Value with { IsRoot = false, Containerds = [] }, ["gvisor"], "1.0"),
            ClusterDoctor.Examine(ClusterReader.Read("""{"kind":"RuntimeClass","metadata":{"name":"kata"},"handler":"kata"}"""u8.ToArray(), "f"), [], "1.0"),
        };
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Repo.PathOf("schemas/doctor.schema.json"), TestContext.Current.CancellationToken))!;
        foreach (var part in new[] { schema, schema["properties"]!["lines"]!["items"]!, schema["properties"]!["runtimes"]!["items"]! }) part["additionalProperties"] = false;
        var judge = await JsonSchema.FromJsonAsync(schema.ToJsonString(), TestContext.Current.CancellationToken);

        foreach (var report in reports)
        {
            var text = new StringBuilder();
            using (var writer = new StringWriter(text)) DoctorJson.Write(writer, report);
            judge.Validate(text.ToString()).Should().BeEmpty();
            judge.Validate(text.ToString().Replace("\"status\": \"", "\"status\": \"x")).Should().NotBeEmpty();
        }
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Name();
}
