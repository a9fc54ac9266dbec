using System.Collections.Immutable;
using System.Text.Json;
using SyscallProbe.Report;

namespace SyscallProbe.Recommend;

/// <summary>Artefacts as JSON: the contract for programs, which <c>schemas/artefacts.schema.json</c> describes.</summary>
public static class ArtefactJson
{
    const int SchemaVersion = 1;

    /// <summary>Writes those of all plans as one document.</summary>
    public static void Write(TextWriter to, IReadOnlyList<(ArtefactPlan Plan, ImmutableArray<Artefact> Artefacts)> all) => JsonText.Write(to, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteStartArray("runtimes");
        foreach (var (plan, artefacts) in all) Write(json, plan, artefacts);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static void Write(Utf8JsonWriter json, ArtefactPlan plan, ImmutableArray<Artefact> artefacts)
    {
        json.WriteStartObject();
        json.WriteString("target", plan.Target.ToString());
        json.WriteString("preset", plan.Preset.Name);
        json.WriteString("engine", plan.Choices.Engine);
        json.WriteString("class", plan.Class.Name);
        json.WriteString("handler", plan.Class.Handler);
        WriteOverhead(json, plan);
        json.WriteStartArray("artefacts");
        foreach (var artefact in artefacts)
        {
            json.WriteStartObject();
            json.WriteString("part", artefact.Word);
            json.WriteString("title", artefact.Title);
            json.WriteString("path", artefact.Path);
            json.WriteString("text", artefact.Text);
            json.WriteStartArray("notes");
            foreach (var note in artefact.Notes) json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteOverhead(Utf8JsonWriter json, ArtefactPlan plan)
    {
        if (plan.Class.Overhead is not { } overhead)
        {
            json.WriteNull("overhead");
            return;
        }
        json.WriteStartObject("overhead");
        json.WriteString("cpu", overhead.Cpu);
        json.WriteString("memory", overhead.Memory);
        json.WriteString("basis", overhead.Basis.ToString().ToLowerInvariant());
        json.WriteString("source", overhead.Source);
        json.WriteEndObject();
    }
}
