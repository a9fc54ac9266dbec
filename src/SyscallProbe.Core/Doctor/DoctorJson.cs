using System.Text.Json;
using SyscallProbe.Report;

namespace SyscallProbe.Doctor;

/// <summary>The report for programs, kept stable; <c>schemas/doctor.schema.json</c> describes it.</summary>
public static class DoctorJson
{
    /// <summary>Writes the report.</summary>
    public static void Write(TextWriter to, DoctorReport report) => JsonText.Write(to, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", DoctorReport.SchemaVersion);
        json.WriteStartObject("tool");
        json.WriteString("name", "syscallprobe");
        json.WriteString("version", report.ToolVersion);
        json.WriteEndObject();
        json.WriteString("verdict", DoctorWords.Word(report.Verdict));
        json.WriteString("advice", report.Advice);
        json.WriteStartArray("runtimes");
        foreach (var (runtime, readiness) in report.Runtimes)
        {
            json.WriteStartObject();
            json.WriteString("runtime", runtime);
            json.WriteString("verdict", DoctorWords.Word(readiness));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("lines");
        foreach (var line in report.Lines)
        {
            Write(json, line);
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static void Write(Utf8JsonWriter json, DoctorLine line)
    {
        json.WriteStartObject();
        json.WriteString("check", line.Check);
        json.WriteString("case", line.Case);
        if (line.Runtime.Length == 0) json.WriteNull("runtime");
        else json.WriteString("runtime", line.Runtime);
        json.WriteString("status", DoctorWords.Word(line.Status));
        json.WriteString("what", line.What);
        json.WriteString("evidence", line.Evidence);
        json.WriteString("fix", line.Fix);
        json.WriteString("source", line.Source);
        json.WriteEndObject();
    }
}
