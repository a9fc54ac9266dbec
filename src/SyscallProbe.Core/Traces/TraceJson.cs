using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyscallProbe.Traces;

/// <summary>Traces as JSON: small, sorted and diffable; the contract is <c>schemas/trace.schema.json</c>.</summary>
public static class TraceJson
{
    // Paths and arguments stay readable; a renderer for a browser or a terminal escapes for itself.
    static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a trace; equal traces give equal bytes. Ends with a line feed.</summary>
    public static byte[] Write(Trace trace)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", Trace.SchemaVersion);
            json.WriteStartArray("ids");
            foreach (var id in trace.Ids) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteStartArray("subjects");
            foreach (var subject in trace.Subjects) WriteSubject(json, subject);
            json.WriteEndArray();
            json.WritePropertyName("evidence");
            WriteEvidence(json, trace.Evidence);
            json.WriteStartArray("observations");
            foreach (var observation in trace.Observations) WriteObservation(json, observation);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> writes; unknown properties are passed over, as later versions only add.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">No trace, of a newer schema version, or a value that does not fit; says which and where.</exception>
    public static Trace Read(ReadOnlyMemory<byte> json, string file) => new TraceReader(file).Read(json);

    /// <summary>Writes <c>subject</c> as traces and reports have it.</summary>
    public static void WriteSubject(Utf8JsonWriter json, Subject subject)
    {
        json.WriteStartObject();
        json.WriteStartArray("argv");
        foreach (var argument in subject.Argv) json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteString("image", subject.Image);
        json.WriteString("arch", subject.Arch.Name());
        json.WriteString("kernel", subject.Kernel);
        if (subject.Capabilities is { } capabilities)
        {
            json.WriteStartArray("capabilities");
            for (var number = 0; number < 64; number++)
            {
                if ((capabilities & 1UL << number) != 0) json.WriteStringValue(Capabilities.NameOf(number));
            }
            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("capabilities");
        }
        json.WriteEndObject();
    }

    /// <summary>Writes <c>evidence</c> as traces and reports have it.</summary>
    public static void WriteEvidence(Utf8JsonWriter json, Evidence evidence)
    {
        json.WriteStartObject();
        json.WriteString("grade", GradeWord(evidence.Grade));
        json.WriteNumber("events", evidence.Events);
        json.WriteNumber("lost", evidence.Lost);
        json.WriteNumber("unparsed", evidence.Unparsed);
        json.WriteNumber("runs", evidence.Runs);
        WriteNumber(json, "exitCode", evidence.ExitCode);
        if (evidence.Signal is not null) WriteNumber(json, "signal", evidence.Signal);
        WriteBoolean(json, "healthy", evidence.Healthy);
        WriteBoolean(json, "succeeded", evidence.Succeeded);
        json.WriteBoolean("fromFirstInstruction", evidence.FromFirstInstruction);
        json.WriteBoolean("namesOnly", evidence.NamesOnly);
        json.WriteStartArray("reasons");
        foreach (var reason in evidence.Reasons) json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteObservation(Utf8JsonWriter json, Observation observation)
    {
        json.WriteStartObject();
        json.WriteString("abi", observation.Abi.Name());
        json.WriteNumber("nr", observation.Nr.Value);
        json.WriteString("syscall", Syscalls.NameOf(observation.Abi, observation.Nr));
        json.WriteStartObject("arguments");
        foreach (var (name, text) in ArgumentTexts.Of(observation)) json.WriteString(name, text);
        json.WriteEndObject();
        json.WriteString("path", observation.Path);
        json.WriteString("result", observation.Result.ToString());
        json.WriteNumber("count", observation.Count);
        json.WriteStartArray("executables");
        foreach (var executable in observation.Executables) json.WriteStringValue(executable);
        json.WriteEndArray();
        json.WriteString("phase", PhaseWord(observation.Phase));
        json.WriteEndObject();
    }

    internal static string PhaseWord(Phase phase) => phase.ToString().ToLowerInvariant();

    static string GradeWord(EvidenceGrade grade) => grade.ToString().ToLowerInvariant();

    static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    static void WriteBoolean(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } boolean) json.WriteBoolean(name, boolean);
        else json.WriteNull(name);
    }
}
