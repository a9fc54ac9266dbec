using System.Collections.Immutable;
using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>Differences between reports, for a person at a terminal and for programs.</summary>
public static class ReportDiffTable
{
    /// <summary>Writes each target with its verdicts, then a line for each call, the worse first.</summary>
    public static void Write(TextOutput to, ImmutableArray<TargetDiff> diffs)
    {
        if (!diffs.Any(diff => diff.IsDifference))
        {
            to.Writer.WriteLine("no difference");
            return;
        }
        foreach (var diff in diffs.Where(diff => diff.IsDifference))
        {
            to.Writer.WriteLine(to.Styled(TextStyle.Strong, TerminalText.Escape($"{Arrow(diff.Before?.Target, diff.After?.Target)}: {Arrow(diff.Before?.Verdict.Word(), diff.After?.Verdict.Word())}")));
            foreach (var change in diff.Changes.OrderBy(change => change.IsWorse ? 0 : 1)) Write(to, change);
        }
    }

    /// <summary>Writes <c>{schemaVersion, targets: [{before, after, verdictBefore, verdictAfter, added, removed, changed}]}</c>.</summary>
    public static void WriteJson(TextWriter to, ImmutableArray<TargetDiff> diffs) => JsonText.Write(to, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", CheckReport.SchemaVersion);
        json.WriteStartArray("targets");
        foreach (var diff in diffs.Where(diff => diff.IsDifference))
        {
            json.WriteStartObject();
            json.WriteString("before", diff.Before?.Target);
            json.WriteString("after", diff.After?.Target);
            json.WriteString("verdictBefore", diff.Before?.Verdict.Word());
            json.WriteString("verdictAfter", diff.After?.Verdict.Word());
            WriteFindings(json, "added", diff.Changes.Where(change => change.IsAdded).Select(change => change.After!));
            WriteFindings(json, "removed", diff.Changes.Where(change => change.IsRemoved).Select(change => change.Before!));
            json.WriteStartArray("changed");
            foreach (var change in diff.Changes.Where(change => !change.IsAdded && !change.IsRemoved))
            {
                json.WriteStartObject();
                json.WritePropertyName("before");
                ReportJson.WriteFinding(json, change.Before!);
                json.WritePropertyName("after");
                ReportJson.WriteFinding(json, change.After!);
                json.WriteEndObject();
                JsonText.FlushLarge(json);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static void Write(TextOutput to, FindingChange change)
    {
        var (sign, text) = change switch
        {
            { Before: null, After: { } added } => ("+", $"{Words(added)} ({added.Rule})"),
            { Before: { } gone, After: null } => ("-", $"{Words(gone)} ({gone.Rule})"),
            { Before: { } before, After: { } after } => ("~", $"{FindingWords.Call(after)}: {Outcome(before)} -> {Outcome(after)}"),
            _ => throw new InvalidOperationException("a change has a finding before or after"),
        };
        to.Hanging("  " + sign, 4, TerminalText.Escape(text), change.IsWorse ? TextStyle.Bad : change.IsRemoved ? TextStyle.Good : TextStyle.Warning);
    }

    static string Words(Finding finding) => $"{finding.Consequence.Word()}: {FindingWords.Clause(finding)}";

    static string Outcome(Finding finding) => $"{finding.Consequence.Word()}, {FindingWords.Outcome(finding)} ({finding.Rule})";

    static string Arrow(string? before, string? after) => before == after ? after ?? "" : $"{before ?? "none"} -> {after ?? "none"}";

    static void WriteFindings(Utf8JsonWriter json, string name, IEnumerable<Finding> findings)
    {
        json.WriteStartArray(name);
        foreach (var finding in findings)
        {
            ReportJson.WriteFinding(json, finding);
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
    }
}
