using System.Text;
using System.Text.Json;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>Reads what kubectl prints: JSON of <c>get -o json</c>, text of <c>describe</c>, any number of both one after the other.</summary>
public static class ClusterReader
{
    const string Fix = "kubectl get nodes,pods,runtimeclasses -A -o json | syscallprobe doctor -";

    /// <summary>Reads all of an input. O(length).</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">It is empty, holds nothing that can be judged, or its JSON is broken; says where.</exception>
    public static ClusterFacts Read(ReadOnlyMemory<byte> input, string file)
    {
        if (input.Span.StartsWith(Encoding.UTF8.Preamble)) input = input[Encoding.UTF8.Preamble.Length..];
        if (input.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0) throw Bad("it is empty: the command before it failed, or printed to standard error", file);
        var objects = new ClusterObjects(file, Fix);
        var text = new DescribedPods();
        for (var (at, line) = (0, 1); at < input.Length;)
        {
            var rest = input[at..];
            var taken = LengthOfLine(rest.Span);
            // Text of describe has no brace at the beginning of a line.
            if (rest.Span[0] is (byte)'{' or (byte)'[') taken = ReadJson(rest, objects, file, line);
            else text.Add(Encoding.UTF8.GetString(rest.Span[..taken]).TrimEnd('\r', '\n'), $"{file}:{line}");
            line += input.Span.Slice(at, taken).Count((byte)'\n');
            at += taken;
        }
        var facts = objects.Facts;
        facts = facts with { Messages = [.. facts.Messages, .. text.Messages] };
        if (!objects.HasAny && !text.IsDescription && !facts.Messages.Any(message => PodEvent.Of(message, "") is not null))
        {
            throw Bad(objects.HasDocuments ? "it has no node, pod, RuntimeClass or event" : "expected JSON of `kubectl get` or text of `kubectl describe pod`", file);
        }
        return facts;
    }

    static int LengthOfLine(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        return end < 0 ? rest.Length : end + 1;
    }

    static int ReadJson(ReadOnlyMemory<byte> rest, ClusterObjects objects, string file, int line)
    {
        try
        {
            // Only the first document is read, whatever comes behind it.
            var reader = new Utf8JsonReader(rest.Span, new JsonReaderOptions { AllowMultipleValues = true });
            using var document = JsonDocument.ParseValue(ref reader);
            objects.Add(document.RootElement);
            return (int)reader.BytesConsumed;
        }
        catch (JsonException wrong)
        {
            throw Bad("its JSON is broken or cut off", $"{file}: line {line + wrong.LineNumber}, byte {wrong.BytePositionInLine + 1}");
        }
        // The one thing that JsonElement says so late: a string of the file cannot be text.
        catch (InvalidOperationException)
        {
            throw Bad("expected UTF-8 without lone surrogates", $"{file}: a string of the document at line {line}");
        }
    }

    static FailureException Bad(string what, string where) => new(new Failure(FailureCode.BadInput, what, where, Fix));
}
