using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>A target's rehearsal in JSON reports.</summary>
static class RehearsalJson
{
    public static void Write(Utf8JsonWriter json, RehearsalReport rehearsal)
    {
        json.WriteStartObject("rehearsal");
        json.WriteString("result", rehearsal.Result.Word());
        json.WriteNumber("runs", rehearsal.Runs);
        json.WriteNumber("enforced", rehearsal.Enforced);
        json.WriteStartArray("notEnforced");
        foreach (var (rule, call, reason) in rehearsal.NotEnforced)
        {
            json.WriteStartObject();
            json.WriteString("rule", rule);
            json.WriteString("call", call);
            json.WriteString("reason", reason);
            json.WriteEndObject();
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
        json.WriteStartArray("output");
        foreach (var line in rehearsal.Output) json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Null where the target was not rehearsed.</summary>
    public static RehearsalReport? Read(JsonPlace target)
    {
        if (!target.Has("rehearsal")) return null;
        var rehearsal = target["rehearsal"];
        return new RehearsalReport(rehearsal.Word<RehearsalResult>("result"), rehearsal.Number<int>("runs"), rehearsal.Number<int>("enforced"),
            [.. rehearsal.Items("notEnforced").Select(entry => new NotEnforcedFinding(entry.Text("rule"), entry.Text("call"), entry.Text("reason")))],
            [.. rehearsal.Texts("output")]);
    }
}
