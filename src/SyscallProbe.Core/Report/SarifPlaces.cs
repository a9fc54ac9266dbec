using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>Where a finding is, in SARIF's terms: a place in a manifest, or the program that made the call with the call as logical location, and its stack.</summary>
static class SarifPlaces
{
    /// <summary>Base of the programs' paths: a viewer that has the root file system can set it.</summary>
    public const string Root = "ROOTFS";

    public static void Write(Utf8JsonWriter json, CheckReport report, Finding finding)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        if (finding.Location is { } place)
        {
            json.WriteString("uri", place.File.StartsWith('/') ? "file://" + UriOf(place.File) : UriOf(place.File));
        }
        else
        {
            json.WriteString("uri", UriOf(FindingWords.Program(report, finding).TrimStart('/')));
            json.WriteString("uriBaseId", Root);
        }
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", finding.Location?.Line ?? 1);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("logicalLocations");
        if (finding.Location is { } field) WriteLogical(json, field.Field, "member");
        else WriteLogical(json, FindingWords.Call(finding), "function");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        if (!finding.Stack.IsEmpty) WriteStack(json, finding);
    }

    static void WriteStack(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray("stacks");
        json.WriteStartObject();
        json.WriteStartArray("frames");
        foreach (var frame in finding.Stack)
        {
            json.WriteStartObject();
            json.WriteStartObject("location");
            json.WriteStartArray("logicalLocations");
            WriteLogical(json, frame, "function");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void WriteLogical(Utf8JsonWriter json, string name, string kind)
    {
        json.WriteStartObject();
        json.WriteString("fullyQualifiedName", TerminalText.Escape(name));
        json.WriteString("kind", kind);
        json.WriteEndObject();
    }

    // Each segment on its own: a slash parts them, all else that has a meaning in a URI is written as %HH.
    static string UriOf(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
