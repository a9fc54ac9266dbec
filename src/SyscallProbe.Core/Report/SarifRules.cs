using System.Collections.Immutable;
using System.Text.Json;
using SyscallProbe.Rules;

namespace SyscallProbe.Report;

/// <summary>The rules of a SARIF run, by id, with the texts that <c>explain</c> prints.</summary>
sealed class SarifRules
{
    readonly ImmutableArray<string> _ids;

    SarifRules(ImmutableArray<string> ids) => _ids = ids;

    /// <summary>The rules that results refer to, each once.</summary>
    public static SarifRules Of(IEnumerable<ReportedFinding> results) =>
        new([.. results.Select(result => result.Finding.Rule).ToHashSet(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    /// <summary>What a result's <c>ruleIndex</c> is.</summary>
    public int IndexOf(string rule) => _ids.BinarySearch(rule, StringComparer.Ordinal);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("rules");
        foreach (var id in _ids)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            if (FindingTexts.Find(id) is { } text) WriteTexts(json, text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteTexts(Utf8JsonWriter json, FindingText text)
    {
        json.WriteString("name", text.Title);
        SarifRenderer.WriteMessage(json, "shortDescription", text.Title.Replace('-', ' '));
        SarifRenderer.WriteMessage(json, "fullDescription", OneLine(text.What));
        json.WriteStartObject("help");
        json.WriteString("text", string.Join("\n\n", text.Sections.Select(section => $"{section.Heading}: {SarifRenderer.Plain(OneLine(section.Text))}")));
        json.WriteString("markdown", string.Join("\n\n", text.Sections.Select(section => $"**{section.Heading}**\n\n{section.Text}")));
        json.WriteEndObject();
    }

    static string OneLine(string text) => text.Replace('\n', ' ');
}
