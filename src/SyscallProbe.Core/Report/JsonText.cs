using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>How every JSON document of the tool is written: indented by two, LF, a newline at the end.</summary>
public static class JsonText
{
    // Relaxed: '<', '+' and letters of any script stay readable. Control characters are escaped by every encoder, and no page embeds it as it is.
    internal static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonWriterOptions s_line = Options with { Indented = false };

    const int FlushBytes = 64 * 1024;

    /// <summary>Writes one document in bounded memory: what is written goes on to <paramref name="to"/> whenever <see cref="FlushLarge"/> is called and much has piled up.</summary>
    public static void Write(TextWriter to, Action<Utf8JsonWriter> content)
    {
        using var stream = new TextWriterStream(to);
        using (var json = new Utf8JsonWriter(stream, Options)) content(json);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>One object in a line of its own, as <c>{"a":1}</c> with LF.</summary>
    /// <param name="members">Writes what is in it.</param>
    public static string Line(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_line))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    /// <summary>Call it between elements of a long list.</summary>
    internal static void FlushLarge(Utf8JsonWriter json)
    {
        if (json.BytesPending > FlushBytes) json.Flush();
    }

    sealed class TextWriterStream(TextWriter to) : Stream
    {
        readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException("a text writer has no length");

        public override long Position
        {
            get => throw new NotSupportedException("a text writer has no position");
            set => throw new NotSupportedException("a text writer has no position");
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            // A character may be cut between two writes; the decoder keeps its first bytes.
            var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
            _decoder.GetChars(bytes, characters, flush: false);
            to.Write(characters);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a text writer is not read");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a text writer has no position");

        public override void SetLength(long value) => throw new NotSupportedException("a text writer has no length");
    }

    /// <summary>Writes <c>stack</c> into an object that is open; leaves it out where there is none.</summary>
    public static void WriteStack(Utf8JsonWriter json, System.Collections.Immutable.ImmutableArray<string> stack)
    {
        if (stack.IsEmpty) return;
        json.WriteStartArray("stack");
        foreach (var frame in stack) json.WriteStringValue(frame);
        json.WriteEndArray();
    }
}
