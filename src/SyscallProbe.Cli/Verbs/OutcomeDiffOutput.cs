using System.Text.Json;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Verbs;

/// <summary>What a change of target means for one workload.</summary>
/// <param name="File">The trace as the command line names it.</param>
/// <param name="Kinds">Distinct kinds of call in the trace.</param>
sealed record WorkloadDiff(string File, int Kinds, OutcomeDiff Diff);

/// <summary>Writes what a change of target means for workloads.</summary>
static class OutcomeDiffOutput
{
    public static void WriteTable(TextOutput to, Target from, Target next, IReadOnlyList<WorkloadDiff> workloads)
    {
        to.Writer.WriteLine(to.Styled(TextStyle.Strong, $"{from} -> {next}"));
        foreach (var (file, kinds, diff) in workloads)
        {
            to.Writer.WriteLine();
            var verdict = diff.From == diff.To ? $"stays {diff.To.Word()}" : $"{diff.From.Word()} -> {diff.To.Word()}";
            to.Hanging("", 0, $"{TerminalText.Escape(file)}: {verdict}; {diff.Changes.Length} of {FindingWords.Counted((ulong)kinds, "kind")} of call changed");
            foreach (var change in diff.Changes)
            {
                to.Hanging("  -", 4, TerminalText.Escape($"{FindingWords.Call(change.Observation)}, {change.Observation.Result} under runc"));
                to.Hanging("      was", 10, TerminalText.Escape(Words(change.From)));
                to.Hanging("      is", 10, TerminalText.Escape(Words(change.To)));
            }
        }
    }

    public static void WriteJson(Utf8JsonWriter json, Target from, Target to, IReadOnlyList<WorkloadDiff> workloads)
    {
        json.WriteStartObject();
        json.WriteString("from", from.ToString());
        json.WriteString("to", to.ToString());
        json.WriteStartArray("traces");
        foreach (var (file, kinds, diff) in workloads)
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteNumber("kinds", kinds);
            json.WriteStartObject("verdict");
            json.WriteString("from", diff.From.Word());
            json.WriteString("to", diff.To.Word());
            json.WriteEndObject();
            json.WriteStartArray("changes");
            foreach (var change in diff.Changes) WriteChange(json, change);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteChange(Utf8JsonWriter json, OutcomeChange change)
    {
        var seen = change.Observation;
        json.WriteStartObject();
        json.WriteString("abi", seen.Abi.Name());
        json.WriteNumber("nr", seen.Nr.Value);
        json.WriteString("syscall", Syscalls.NameOf(seen.Abi, seen.Nr));
        json.WriteStartObject("arguments");
        foreach (var (name, value) in ArgumentTexts.Of(seen)) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("path", seen.Path);
        json.WriteString("result", seen.Result.ToString());
        WriteOutcome(json, "from", change.From);
        WriteOutcome(json, "to", change.To);
        json.WriteEndObject();
    }

    static void WriteOutcome(Utf8JsonWriter json, string name, FeltOutcome felt)
    {
        json.WriteStartObject(name);
        json.WriteString("outcome", felt.Outcome.Kind.Word());
        json.WriteString("errno", felt.Outcome.Errno?.Name);
        json.WriteString("condition", felt.Outcome.Condition);
        json.WriteString("effect", felt.Outcome.Effect);
        json.WriteString("rule", felt.Outcome.Rule);
        json.WriteString("consequence", felt.Consequence?.Word());
        json.WriteEndObject();
    }

    static string Words(FeltOutcome felt) =>
        FindingWords.Outcome(felt.Outcome.Kind, felt.Outcome.Errno, felt.Outcome.Condition)
        + (felt.Consequence is { } consequence ? $", {consequence.Word()}" : felt.Outcome.Kind == OutcomeKind.Works ? "" : ", as under runc")
        + (felt.Outcome.Rule is { } rule ? $" [{rule}]" : "");
}
