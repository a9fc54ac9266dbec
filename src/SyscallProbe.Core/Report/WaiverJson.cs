using System.Globalization;
using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>Waivers of a report and of its findings; absent where there are none.</summary>
static class WaiverJson
{
    /// <summary>A day as files write it.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static void Write(Utf8JsonWriter json, CheckReport report)
    {
        if (report.Waivers.IsEmpty) return;
        json.WriteStartArray("waivers");
        foreach (var waiver in report.Waivers)
        {
            json.WriteStartObject();
            json.WriteString("rule", waiver.Rule);
            json.WriteStartObject("scope");
            foreach (var (key, glob) in waiver.Scope) json.WriteString(key, glob);
            json.WriteEndObject();
            json.WriteString("statement", waiver.Statement);
            json.WriteString("expires", Text(waiver.Expires));
            json.WriteString("file", waiver.File);
            json.WriteNumber("line", waiver.Line);
            json.WriteString("state", waiver.State.Word());
            json.WriteNumber("findings", waiver.Findings);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, Finding finding)
    {
        if (finding.AssessedConsequence is { } assessed) json.WriteString("assessedConsequence", assessed.Word());
        if (finding.Waiver is not { } waiver) return;
        json.WriteStartObject("waiver");
        json.WriteString("statement", waiver.Statement);
        json.WriteString("expires", Text(waiver.Expires));
        json.WriteBoolean("expired", waiver.IsExpired);
        json.WriteEndObject();
    }

    public static IEnumerable<WaiverUse> Read(JsonPlace report) => !report.Has("waivers") ? [] : report.Items("waivers").Select(waiver =>
        new WaiverUse(waiver.Text("rule"), [.. waiver.TextPairs("scope")], waiver.Text("statement"), Day(waiver), waiver.Text("file"), waiver.Number<int>("line"),
            waiver.Word<WaiverState>("state"), waiver.Number<int>("findings")));

    public static FindingWaiver? ReadOf(JsonPlace finding)
    {
        if (!finding.Has("waiver")) return null;
        var waiver = finding["waiver"];
        return new FindingWaiver(waiver.Text("statement"), Day(waiver), waiver.BooleanOrNull("expired") ?? throw waiver.Bad("'expired' is missing"));
    }

    static DateOnly Day(JsonPlace waiver) => DateOnly.TryParseExact(waiver.Text("expires"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day : throw waiver["expires"].Bad($"expected a day such as 2027-01-31, found '{waiver.Text("expires")}'");
}
