using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>A target's verification in JSON reports.</summary>
static class VerificationJson
{
    public static void Write(Utf8JsonWriter json, VerificationReport verification)
    {
        json.WriteStartObject("verification");
        json.WriteString("result", verification.Result.Word());
        json.WriteString("platform", verification.Platform);
        json.WriteNumber("kinds", verification.Kinds);
        json.WriteNumber("unparsed", verification.Unparsed);
        if (verification.Parting is { } parting)
        {
            json.WriteStartObject("parting");
            json.WriteString("call", parting.Call);
            json.WriteString("runc", parting.Runc);
            json.WriteString("sandbox", parting.Sandbox);
            json.WriteString("rule", parting.Rule);
            json.WriteEndObject();
        }
        json.WriteStartArray("defects");
        foreach (var defect in verification.Defects)
        {
            json.WriteStartObject();
            json.WriteString("call", defect.Call);
            json.WriteString("predicted", defect.Predicted);
            json.WriteString("got", defect.Got);
            json.WriteString("rule", defect.Rule);
            json.WriteEndObject();
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
        json.WriteStartArray("output");
        foreach (var line in verification.Output) json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Null where the target was not verified.</summary>
    public static VerificationReport? Read(JsonPlace target)
    {
        if (!target.Has("verification")) return null;
        var verification = target["verification"];
        return new VerificationReport(verification.Text("platform"), verification.Word<VerificationResult>("result"), verification.Number<int>("kinds"), verification.Number<ulong>("unparsed"),
            verification.Has("parting") ? PartingOf(verification["parting"]) : null,
            [.. verification.Items("defects").Select(entry => new MatrixDefect(entry.Text("call"), entry.Text("predicted"), entry.Text("got"), entry.TextOrNull("rule")))],
            [.. verification.Texts("output")]);
    }

    static PartingCall PartingOf(JsonPlace parting) => new(parting.Text("call"), parting.Text("runc"), parting.Text("sandbox"), parting.TextOrNull("rule"));
}
