using System.Text;
using System.Text.Json.Nodes;
using NJsonSchema;
using SyscallProbe.Core.Tests.Traces;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Tests;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Report;

/// <summary>What is published in <c>schemas/</c> holds for what is written.</summary>
public sealed class SchemaTests
{
    [Fact]
    public async Task A_report_is_as_its_schema_says() => (await Wrong("report", Text(SampleReport.Value))).Should().BeEmpty();

    [Fact]
    public async Task Several_reports_are_as_the_schema_says() => (await Wrong("report", Text(SampleReport.Value, SampleReport.Value with { Targets = [] }))).Should().BeEmpty();

    [Fact]
    public async Task A_trace_is_as_its_schema_says() => (await Wrong("trace", Encoding.UTF8.GetString(TraceJson.Write(TraceJsonTests.Sample)))).Should().BeEmpty();

    [Fact]
    public async Task A_difference_is_as_its_schema_says()
    {
        var target = SampleReport.Value.Targets[0];
        var after = target with { Verdict = Verdict.Caveats, Findings = [target.Findings[1] with { Errno = Errno.EPERM }, target.Findings[0] with { Path = "/new" }] };
        var text = new StringWriter { NewLine = "\n" };

        ReportDiffTable.WriteJson(text, ReportDiff.Of(SampleReport.Value, SampleReport.Value with { Targets = [after] }));

        text.ToString().Should().Contain("\"verdictAfter\": null").And.Contain("/new").And.Contain("EPERM");
        (await Wrong("report-diff", text.ToString())).Should().BeEmpty();
        (await Wrong("report-diff", text.ToString().Replace("\"added\"", "\"adds\""))).Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_report_with_a_baseline_is_as_its_schema_says() =>
        (await Wrong("report", Text(Baseline.Read(Encoding.UTF8.GetBytes(Text(SampleReport.Value with { Targets = [.. SampleReport.Value.Targets.Take(2)] })), "b").Compared(SampleReport.Value)))).Should().BeEmpty();

    [Theory]
    [InlineData("gvisor,net-raw=true", "containerd")]
    [InlineData("gvisor", "docker")]
    [InlineData("kata@2.0.0,hypervisor=qemu", "containerd")]
    public async Task Artefacts_are_as_their_schema_says(string target, string engine)
    {
        var plan = ArtefactPlan.Of(TargetParser.Parse(target), new ArtefactChoices(engine, null, null, null, null, null, HasSystemd: true, Abi.Amd64), []);
        var text = new StringWriter { NewLine = "\n" };
        ArtefactJson.Write(text, [(plan, Artefacts.Of(plan))]);

        (await Wrong("artefacts", text.ToString())).Should().BeEmpty();
        (await Wrong("artefacts", text.ToString().Replace("\"handler\": \"", "\"handler\": \"A."))).Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("report", "\"blocking\"", "\"bad\"")]
    [InlineData("report", "\"rule\"", "\"rul\"")]
    [InlineData("report", "\"minimumRelease\": null", "\"minimumRelease\": 3")]
    [InlineData("report", "\"effect\"", "\"effects\"")]
    [InlineData("report", "\"line\": 12", "\"line\": 0")]
    [InlineData("report", "\"recommendation\"", "\"advice\"")]
    [InlineData("trace", "\"TCGETS\"", "5")]
    [InlineData("trace", "\"count\": 3", "\"count\": 0")]
    [InlineData("trace", "\"never\"", "\"gone\"")]
    public async Task What_is_no_such_document_is_refused(string schema, string from, string to)
    {
        var text = schema == "report" ? Text(SampleReport.Value) : Encoding.UTF8.GetString(TraceJson.Write(TraceJsonTests.Sample));
        text.Should().Contain(from);

        (await Wrong(schema, text.Replace(from, to))).Should().NotBeEmpty();
    }

    // The published schema lets later versions add; what this version writes must all be described.
    static async Task<IEnumerable<string>> Wrong(string name, string json)
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Repo.PathOf("schemas", $"{name}.schema.json")))!;
        Close(schema);
        return (await JsonSchema.FromJsonAsync(schema.ToJsonString())).Validate(json).Select(error => error.ToString());
    }

    static void Close(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) Close(item);
        }
        if (node is not JsonObject part) return;
        foreach (var (_, value) in part) Close(value);
        if (part["properties"] is JsonObject && part["type"] is JsonValue) part.TryAdd("additionalProperties", false);
    }

    static string Text(params CheckReport[] reports)
    {
        var text = new StringWriter { NewLine = "\n" };
        ReportJson.Write(text, reports);
        return text.ToString();
    }
}
