using System.Buffers;
using System.Text.Json;
using SyscallProbe.Report;

namespace SyscallProbe.Traces;

/// <summary>Traces as JSON: small, sorted and diffable; the contract is <c>schemas/trace.schema.json</c>.</summary>
public static class TraceJson
{
    /// <summary>Writes a trace; equal traces give equal bytes. Ends with a line feed.</summary>
    public static byte[] Write(Trace trace)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", Trace.SchemaVersion);
            json.WriteStartArray("ids");
            foreach (var id in trace.Ids) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteStartArray("subjects");
            foreach (var subject in trace.Subjects) SubjectJson.Write(json, subject);
            json.WriteEndArray();
            json.WritePropertyName("evidence");
            EvidenceJson.Write(json, trace.Evidence, kinds: null, trace.SingleRunKinds);
            json.WriteStartArray("observations");
            foreach (var observation in trace.Observations) WriteObservation(json, observation, trace.Evidence.Runs);
            json.WriteEndArray();
            if (!trace.Mappings.IsEmpty) LatentJson.Write(json, trace);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> writes; unknown properties are passed over, as later versions only add.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">No trace, of a newer schema version, or a value that does not fit; says which and where.</exception>
    public static Trace Read(ReadOnlyMemory<byte> json, string file) => TraceReader.Read(json, file);

    static void WriteObservation(Utf8JsonWriter json, Observation observation, int runs)
    {
        json.WriteStartObject();
        WriteCall(json, observation);
        json.WriteString("result", observation.Result.ToString());
        json.WriteNumber("count", observation.Count);
        if (runs > 1 && observation.Runs is { } seen) json.WriteNumber("runs", seen);
        json.WriteStartArray("executables");
        foreach (var executable in observation.Executables) json.WriteStringValue(executable);
        json.WriteEndArray();
        json.WriteString("phase", observation.Phase.Word());
        JsonText.WriteStack(json, observation.Stack);
        json.WriteEndObject();
    }

    /// <summary>What was called, into an object that is open.</summary>
    internal static void WriteCall(Utf8JsonWriter json, Observation observation)
    {
        json.WriteString("abi", observation.Abi.Name());
        json.WriteNumber("nr", observation.Nr.Value);
        json.WriteString("syscall", Syscalls.NameOf(observation.Abi, observation.Nr));
        json.WriteStartObject("arguments");
        foreach (var (name, text) in ArgumentTexts.Of(observation)) json.WriteString(name, text);
        json.WriteEndObject();
        json.WriteString("path", observation.Path);
    }
}
