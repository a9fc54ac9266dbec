using System.Collections.Immutable;
using System.Text.Json;

namespace SyscallProbe.Traces;

/// <summary><c>mappings</c> and <c>latent</c> of a trace; both are absent where no scan was made.</summary>
static class LatentJson
{
    public static void Write(Utf8JsonWriter json, Trace trace)
    {
        json.WriteStartArray("mappings");
        foreach (var (path, isScanned) in trace.Mappings)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteBoolean("scanned", isScanned);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("latent");
        foreach (var call in trace.Latent)
        {
            json.WriteStartObject();
            json.WriteString("abi", call.Abi.Name());
            json.WriteNumber("nr", call.Nr.Value);
            json.WriteString("syscall", Syscalls.NameOf(call.Abi, call.Nr));
            json.WriteStartArray("files");
            foreach (var file in call.Files) json.WriteStringValue(file);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static ImmutableSortedDictionary<string, bool> ReadMappings(JsonPlace trace) => !trace.Has("mappings")
        ? ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal)
        : trace.Items("mappings").GroupBy(mapping => mapping.Text("path"), mapping => mapping.BooleanOrNull("scanned") ?? false)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Any(isScanned => isScanned), StringComparer.Ordinal);

    public static IEnumerable<LatentCall> ReadCalls(JsonPlace trace) => !trace.Has("latent") ? [] : trace.Items("latent").Select(call =>
        new LatentCall(SubjectJson.ReadAbi(call, "abi"), new Nr(call.Number<int>("nr")), call.Texts("files").ToImmutableSortedSet(StringComparer.Ordinal) is { IsEmpty: false } files ? files : throw call["files"].Bad("expected at least one file")));
}
