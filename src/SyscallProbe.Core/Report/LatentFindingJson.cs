using System.Text.Json;
using SyscallProbe.Rules;

namespace SyscallProbe.Report;

/// <summary><c>latent</c> of a target; absent where there are none.</summary>
static class LatentFindingJson
{
    public static void Write(Utf8JsonWriter json, TargetReport target)
    {
        if (target.Latent.IsEmpty) return;
        json.WriteStartArray("latent");
        foreach (var finding in target.Latent)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule);
            json.WriteString("syscall", finding.Syscall);
            json.WriteString("outcome", finding.Outcome.Word());
            json.WriteString("errno", finding.Errno?.Name);
            json.WriteString("condition", finding.Condition);
            json.WriteString("consequence", finding.Consequence.Word());
            json.WriteStartArray("files");
            foreach (var file in finding.Files) json.WriteStringValue(file);
            json.WriteEndArray();
            json.WriteString("remedy", finding.Remedy);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static IEnumerable<LatentFinding> Read(JsonPlace target) => !target.Has("latent") ? [] : target.Items("latent").Select(finding =>
        new LatentFinding(finding.Text("rule"), finding.Text("syscall"), finding.Word<OutcomeKind>("outcome"), ReportReader.ReadErrno(finding), finding.TextOrNull("condition"),
            finding.Word<Consequence>("consequence"), [.. finding.Texts("files")], finding.Text("remedy")));
}
