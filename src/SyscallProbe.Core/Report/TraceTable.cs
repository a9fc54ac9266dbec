using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>Traces and their differences, for a person at a terminal and for programs.</summary>
public static class TraceTable
{
    const int CountColumn = 12;
    const int ResultColumn = 14;
    const int PhaseColumn = 10;

    /// <summary>Writes a trace: how far it can be trusted, then a line for each kind of call.</summary>
    public static void Write(TextOutput to, Trace trace)
    {
        EvidenceLines.Write(to, trace.Evidence, trace.Kinds, trace.SingleRunKinds, []);
        foreach (var subject in trace.Subjects) EvidenceLines.Write(to, subject);
        to.Writer.WriteLine();
        to.Writer.WriteLine(to.Styled(TextStyle.Strong, "calls".PadLeft(CountColumn - 2) + "  " + "result".PadRight(ResultColumn) + "phase".PadRight(PhaseColumn) + "call"));
        foreach (var observation in trace.Observations)
        {
            var count = observation.Count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(CountColumn - 2);
            var lead = count + "  " + observation.Result.ToString().PadRight(ResultColumn) + observation.Phase.Word().PadRight(PhaseColumn);
            to.Hanging(lead, lead.Length, Call(observation));
        }
    }

    /// <summary>Writes what differs, a line a call, the numbers first.</summary>
    public static void WriteDiff(TextOutput to, ImmutableArray<TraceChange> changes)
    {
        if (changes.IsEmpty)
        {
            to.Writer.WriteLine("no difference");
            return;
        }
        to.Writer.WriteLine(to.Styled(TextStyle.Strong,
            $"{changes.Count(change => change.IsAdded)} added, {changes.Count(change => change.IsRemoved)} removed, {changes.Count(change => !change.IsAdded && !change.IsRemoved)} with another result"));
        foreach (var change in changes)
        {
            var (sign, style) = change.IsAdded ? ("+", TextStyle.Good) : change.IsRemoved ? ("-", TextStyle.Bad) : ("~", TextStyle.Warning);
            var results = change.IsAdded ? Joined(change.After) : change.IsRemoved ? Joined(change.Before) : $"{Joined(change.Before)} -> {Joined(change.After)}";
            to.Hanging(sign, 2, $"{Call(change.Call)}: {results}", style);
        }
    }

    /// <summary>Writes what differs as <c>{schemaVersion, added, removed, changed}</c>.</summary>
    public static void WriteDiffJson(TextWriter to, ImmutableArray<TraceChange> changes) => JsonText.Write(to, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", Trace.SchemaVersion);
        WriteChanges(json, "added", changes.Where(change => change.IsAdded));
        WriteChanges(json, "removed", changes.Where(change => change.IsRemoved));
        WriteChanges(json, "changed", changes.Where(change => !change.IsAdded && !change.IsRemoved));
        json.WriteEndObject();
    });

    static void WriteChanges(Utf8JsonWriter json, string name, IEnumerable<TraceChange> changes)
    {
        json.WriteStartArray(name);
        foreach (var change in changes)
        {
            json.WriteStartObject();
            TraceJson.WriteCall(json, change.Call);
            WriteResults(json, "before", change.Before);
            WriteResults(json, "after", change.After);
            json.WriteEndObject();
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
    }

    static void WriteResults(Utf8JsonWriter json, string name, IEnumerable<Result> results)
    {
        json.WriteStartArray(name);
        foreach (var result in results) json.WriteStringValue(result.ToString());
        json.WriteEndArray();
    }

    static string Call(Observation observation) => TerminalText.Escape(FindingWords.Call(observation));

    static string Joined(IEnumerable<Result> results) => string.Join('|', results);
}
