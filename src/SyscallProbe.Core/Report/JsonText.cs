using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>How every JSON document of the tool is written: indented by two, LF, a newline at the end.</summary>
public static class JsonText
{
    // Relaxed: '<', '+' and letters of any script stay readable. Control characters are escaped by every encoder, and no page embeds it as it is.
    static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one document.</summary>
    public static void Write(Stream to, Action<Utf8JsonWriter> content)
    {
        using (var writer = new Utf8JsonWriter(to, s_options)) content(writer);
        to.WriteByte((byte)'\n');
    }
}
