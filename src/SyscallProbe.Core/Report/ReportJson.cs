using System.Text.Json;
using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>Reports as JSON: the contract for programs, kept stable; <c>schemas/report.schema.json</c> describes it.</summary>
public static class ReportJson
{
    const string ToolName = "syscallprobe";

    /// <summary>Writes one report, or several workloads' in one document.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports) => JsonText.Write(to, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", CheckReport.SchemaVersion);
        json.WriteStartObject("tool");
        json.WriteString("name", ToolName);
        json.WriteString("version", reports.Count > 0 ? reports[0].ToolVersion : "");
        json.WriteEndObject();
        if (reports.Count == 1)
        {
            WriteBody(json, reports[0]);
        }
        else
        {
            json.WriteStartArray("reports");
            foreach (var report in reports)
            {
                json.WriteStartObject();
                WriteBody(json, report);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">No report, of a newer schema version, or a value that does not fit; says which and where.</exception>
    public static IReadOnlyList<CheckReport> Read(ReadOnlyMemory<byte> json, string file) => ReportReader.Read(json, file);

    static void WriteBody(Utf8JsonWriter json, CheckReport report)
    {
        json.WritePropertyName("subject");
        SubjectJson.Write(json, report.Subject);
        if (report.Workload is { } workload) WriteWorkload(json, workload);
        WaiverJson.Write(json, report);
        json.WritePropertyName("evidence");
        EvidenceJson.Write(json, report.Evidence, report.Kinds, report.SingleRunKinds);
        json.WriteStartArray("targets");
        foreach (var target in report.Targets) WriteTarget(json, target);
        json.WriteEndArray();
        report.Profile?.Write(json);
        json.WriteStartObject("recommendation");
        json.WriteString("runtime", report.Recommendation.Runtime);
        WriteTexts(json, "reasons", report.Recommendation.Reasons);
        WriteTexts(json, "caveats", report.Recommendation.Caveats);
        json.WriteString("target", report.Recommendation.Target);
        report.Recommendation.Policy?.Write(json);
        json.WriteEndObject();
    }

    static void WriteWorkload(Utf8JsonWriter json, ManifestWorkload workload)
    {
        json.WriteStartObject("workload");
        json.WriteString("kind", workload.Kind);
        json.WriteString("namespace", workload.Namespace);
        json.WriteString("name", workload.Name);
        json.WriteString("file", workload.File);
        json.WriteNumber("line", workload.Line);
        json.WriteEndObject();
    }

    static void WriteTarget(Utf8JsonWriter json, TargetReport target)
    {
        json.WriteStartObject();
        json.WriteString("target", target.Target);
        json.WriteString("verdict", target.Verdict.Word());
        json.WriteString("minimumRelease", target.MinimumRelease);
        WriteTexts(json, "reasons", target.Reasons);
        json.WriteStartArray("fixes");
        foreach (var fix in target.Fixes) WriteFix(json, fix);
        json.WriteEndArray();
        if (target.Rehearsal is { } rehearsal) RehearsalJson.Write(json, rehearsal);
        if (target.Verification is { } verification) VerificationJson.Write(json, verification);
        json.WriteStartArray("findings");
        foreach (var finding in target.Findings)
        {
            WriteFinding(json, finding);
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
        LatentFindingJson.Write(json, target);
        BaselineJson.Write(json, target);
        json.WriteEndObject();
    }

    static void WriteFix(Utf8JsonWriter json, Fix fix)
    {
        json.WriteStartObject();
        json.WriteString("kind", fix.Kind.Word());
        json.WriteString("target", fix.Target);
        json.WriteString("capability", fix.Capability);
        json.WriteString("verdict", fix.Verdict.Word());
        json.WriteString("text", fix.Text);
        json.WriteEndObject();
    }

    /// <summary>Writes a finding as an object.</summary>
    internal static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule);
        json.WriteString("syscall", finding.Syscall);
        json.WriteStartObject("arguments");
        foreach (var (name, value) in finding.Arguments) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("path", finding.Path);
        json.WriteString("outcome", finding.Outcome.Word());
        json.WriteString("errno", finding.Errno?.Name);
        json.WriteString("condition", finding.Condition);
        json.WriteString("effect", finding.Effect);
        json.WriteStartObject("observed");
        json.WriteNumber("count", finding.Observed.Count);
        json.WriteString("result", finding.Observed.Result.ToString());
        if (finding.Runs is { } runs) json.WriteNumber("runs", runs);
        json.WriteEndObject();
        json.WriteString("consequence", finding.Consequence.Word());
        json.WriteString("certainty", finding.Certainty.Word());
        WriteTexts(json, "executables", finding.Executables);
        json.WriteString("phase", finding.Phase.Word());
        JsonText.WriteStack(json, finding.Stack);
        WriteLocation(json, finding.Location);
        json.WriteString("remedy", finding.Remedy);
        WaiverJson.Write(json, finding);
        BaselineJson.Write(json, finding);
        json.WriteEndObject();
    }

    static void WriteLocation(Utf8JsonWriter json, Location? location)
    {
        if (location is null)
        {
            json.WriteNull("location");
            return;
        }
        json.WriteStartObject("location");
        json.WriteString("file", location.File);
        json.WriteNumber("line", location.Line);
        json.WriteString("field", location.Field);
        json.WriteEndObject();
    }

    static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
