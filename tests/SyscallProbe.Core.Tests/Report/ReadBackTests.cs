using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Html.Parser;
using CsvHelper;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

/// <summary>Every format, read by a parser that is not ours, has the findings of the model in its order.</summary>
public sealed partial class ReadBackTests
{
    static readonly CheckReport[] s_reports = [SampleReport.Value, SampleReport.Value with { Targets = [SampleReport.Value.Targets[2]] }];

    [Theory]
    [InlineData("sarif")]
    [InlineData("junit")]
    [InlineData("gitlab")]
    [InlineData("github")]
    [InlineData("summary")]
    [InlineData("markdown")]
    [InlineData("html")]
    [InlineData("csv")]
    public void The_findings_are_those_of_the_model(string format)
    {
        var expected = ReportedFinding.All(s_reports).Select(reported => reported.Finding)
            .Where(finding => format != "github" || finding.Consequence != Consequence.Harmless)
            .Where(finding => format is not ("github" or "gitlab") || !finding.IsWaived)
            .Select(finding => (finding.Rule, finding.Consequence.Word(), TerminalText.Escape(FindingWords.Call(finding)))).ToArray();

        var found = Findings(format);

        found.Select(row => (row.Rule, row.Consequence)).Should().Equal(expected.Select(row => (row.Item1, row.Item2)));
        foreach (var ((_, _, text), (_, _, call)) in found.Zip(expected)) text.Should().Contain(call);
    }

    static (string Rule, string Consequence, string Text)[] Findings(string format) => format switch
    {
        "sarif" => Sarif(Rendering.Of(format, s_reports)),
        "junit" => Junit(Rendering.Of(format, s_reports)),
        "gitlab" => Gitlab(Rendering.Of(format, s_reports)),
        "github" => Github(Rendering.Of(format, s_reports)),
        "summary" => MarkdownItems(Rendering.Summary(1 << 20, s_reports)),
        "markdown" => MarkdownItems(Rendering.Of(format, s_reports)),
        "html" => Html(Rendering.Of(format, s_reports)),
        _ => Csv(Rendering.Of(format, s_reports)),
    };

    static (string, string, string)[] Sarif(string text)
    {
        using var log = JsonDocument.Parse(text);
        var run = log.RootElement.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        return [.. run.GetProperty("results").EnumerateArray().Select(result =>
            (rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()!, result.GetProperty("properties").GetProperty("consequence").GetString()!,
                SarifEscape().Replace(result.GetProperty("message").GetProperty("text").GetString()!, "$1")))];
    }

    static (string, string, string)[] Junit(string text) =>
        [.. from testCase in XDocument.Parse(text).Descendants("testcase")
            let name = testCase.Attribute("name")!.Value
            where name != "verdict"
            select (name.Split(' ')[0], testCase.Element("system-out") is null ? testCase.Elements().Single().Attribute("type")!.Value : "harmless", name)];

    static (string, string, string)[] Gitlab(string text)
    {
        var consequences = new Dictionary<string, string> { ["blocker"] = "blocking", ["major"] = "unknown", ["minor"] = "degraded", ["info"] = "harmless" };
        using var report = JsonDocument.Parse(text);
        return [.. report.RootElement.EnumerateArray().Select(entry =>
            (entry.GetProperty("check_name").GetString()!, consequences[entry.GetProperty("severity").GetString()!], entry.GetProperty("description").GetString()!))];
    }

    // As actions/runner reads a line: src/Runner.Common/ActionCommand.cs.
    static (string, string, string)[] Github(string text) =>
        [.. from command in Commands(text)
            let words = command.Properties["title"].Split(' ')
            where words[0].StartsWith("GV", StringComparison.Ordinal)
            select (words[0], words[1], command.Message)];

    internal static IEnumerable<(string Kind, Dictionary<string, string> Properties, string Message)> Commands(string text) =>
        from line in text.Split('\n')
        let match = Command().Match(line)
        where match.Success
        select (match.Groups["kind"].Value,
            match.Groups["properties"].Value.Split(',').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0].Trim(), pair => Unescaped(pair[1]).Replace("%2C", ",").Replace("%3A", ":")),
            Unescaped(match.Groups["message"].Value));

    static string Unescaped(string text) => text.Replace("%0A", "\n").Replace("%0D", "\r").Replace("%25", "%");

    static (string, string, string)[] MarkdownItems(string text) =>
        [.. from item in Markdown.Parse(text, new MarkdownPipelineBuilder().UseAdvancedExtensions().Build()).Descendants<ListItemBlock>()
            let inlines = item.OfType<ParagraphBlock>().First().Inline!.ToArray()
            let codes = inlines.OfType<CodeInline>().Select(code => code.Content).ToArray()
            where codes.Length > 1 && inlines[0] is EmphasisInline
            select (codes[0], ((LiteralInline)((EmphasisInline)inlines[0]).FirstChild!).Content.ToString(), codes[1])];

    static (string, string, string)[] Html(string text) =>
        [.. from row in new HtmlParser().ParseDocument(text).QuerySelectorAll("tbody tr")
            let cells = row.QuerySelectorAll("td").ToArray()
            select (cells[1].TextContent, cells[0].QuerySelector("strong")!.TextContent, cells[2].QuerySelector("code")!.TextContent)];

    static (string, string, string)[] Csv(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var reader = CsvReader.Create(stream, new CsvReaderOptions { HasHeader = false }, true);
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return [.. from row in rows.Skip(1)
                   let cell = rows[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second)
                   let arguments = cell["arguments"].Length > 0 ? $"({cell["arguments"].Replace(" ", ", ")})" : ""
                   select (cell["rule"], cell["consequence"], cell["syscall"].Length == 0 ? $"{cell["field"]} ({cell["file"]}:{cell["line"]})"
                       : cell["syscall"] + arguments + (cell["path"].Length > 0 ? $" on {cell["path"]}" : ""))];
    }

    [GeneratedRegex(@"^::(?<kind>[a-z]+) (?<properties>.*?)::(?<message>.*)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"\\([\\\[\]])|([{}])(?=[{}])")]
    private static partial Regex SarifEscape();
}
