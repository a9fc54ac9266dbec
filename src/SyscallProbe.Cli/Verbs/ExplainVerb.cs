using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>explain RULE</c>.</summary>
sealed class ExplainVerb : Verb
{
    // More are no explanation; JSON has them all.
    const int MostRows = 20;

    public override string Name => "explain";

    public override string Summary => "tell what a rule in a report means";

    public override string Details =>
        "Prints what happens, why it matters, where it was seen, what to do and the source, then the calls and releases that the rule holds for. Works offline.";

    public override IReadOnlyList<string> Examples => ["explain GV0001", "explain GV0001 --format json"];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("RULE", 1, 1, "the id of a rule, as reports print it");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var id = settings.Arguments[0].ToUpperInvariant();
        var text = FindingTexts.Find(id) ?? throw Unknown(settings.Arguments[0]);
        var rows = RuleRows.Of(PackedImage.Embedded, id).ToArray();
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") result.WriteJson(json => WriteJson(json, text, rows));
        else WriteText(result, text, rows);
        result.Complete();
        return ExitCode.Compatible;
    }

    static void WriteText(ResultFile result, FindingText text, IReadOnlyDictionary<string, string>[] rows)
    {
        var to = result.Writer;
        var width = Math.Min(result.Width, 100);
        to.WriteLine($"{result.Bold(text.Id)}  {text.Title}  ({text.Status}, since {text.Since})");
        foreach (var (heading, body) in text.Sections)
        {
            to.WriteLine($"\n{result.Bold(heading)}");
            foreach (var line in TextLayout.Wrap(body, width, "  ")) to.WriteLine(line);
        }
        if (rows.Length == 0) return;
        to.WriteLine($"\n{result.Bold("Holds for")}");
        foreach (var row in rows.Take(MostRows))
        {
            foreach (var line in TextLayout.Wrap(Sentence(row), width, "  ")) to.WriteLine(line);
        }
        if (rows.Length > MostRows) to.WriteLine($"  and {rows.Length - MostRows} more (all: --format json)");
    }

    static string Sentence(IReadOnlyDictionary<string, string> row)
    {
        string Cell(string column) => row.GetValueOrDefault(column, "");
        string[] call = [Cell("syscall"), Cell("arguments"), Named("fd", Cell("fd")), Cell("path"), Named("capability", Cell("capability")), Cell("configuration")];
        var outcome = Cell("errno").Length > 0 ? $"{Cell("outcome")} {Cell("errno")}" : Cell("outcome");
        var releases = $"{Cell("since")} to {(Cell("until").Length > 0 ? Cell("until") : "the newest")}";
        return $"{string.Join(' ', call.Where(part => part.Length > 0))}: {outcome}, {releases}{(Cell("effect").Length > 0 ? ": " + Cell("effect") : "")}";
    }

    static string Named(string name, string value) => value.Length == 0 ? "" : $"{name}={value}";

    static void WriteJson(System.Text.Json.Utf8JsonWriter json, FindingText text, IReadOnlyDictionary<string, string>[] rows)
    {
        json.WriteStartObject();
        foreach (var (column, cell) in FindingText.Columns.Zip(text.Cells)) json.WriteString(column, cell);
        json.WriteString("remedy", text.Remedy);
        json.WriteStartArray("rows");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var (column, cell) in row) json.WriteString(column, cell);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static FailureException Unknown(string typed)
    {
        var near = Nearest.To(typed, FindingTexts.Ids);
        return new FailureException(new Failure(FailureCode.Usage, $"unknown rule {Failures.Quoted(typed)}", null,
            near.Count == 0 ? "rules are named in reports, such as GV0001" : "nearest known: " + string.Join(", ", near)));
    }
}
