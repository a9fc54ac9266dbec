using System.Numerics;
using System.Text.Json;

namespace SyscallProbe;

/// <summary>A value inside a JSON file with its place, so that every error names both. Unknown properties are passed over: later versions only add.</summary>
/// <param name="Path">From the root: <c>$.observations[3]</c>.</param>
readonly record struct JsonPlace(JsonElement Element, string Path, JsonPlace.Source From)
{
    /// <summary>The file that is read.</summary>
    /// <param name="Name">As messages name it.</param>
    /// <param name="Fix">What to do when it is not as expected.</param>
    public sealed record Source(string Name, string Fix);

    const int LongestQuote = 120;

    /// <summary>Parses a file and reads it.</summary>
    /// <param name="what">What it should hold, for errors: <c>a trace</c>.</param>
    /// <exception cref="FailureException">It is no JSON, or <paramref name="read"/> found a value that does not fit.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Source from, string what, Func<JsonPlace, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(new JsonPlace(document.RootElement, "$", from));
        }
        catch (JsonException error)
        {
            throw Bad(from, $"expected {what} in JSON", $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
        }
        // The one thing that JsonElement says so late: a string of the file cannot be text.
        catch (InvalidOperationException)
        {
            throw Bad(from, "expected UTF-8 without lone surrogates", "a string");
        }
    }

    /// <summary>A property that must be there.</summary>
    public JsonPlace this[string name] =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value)
            ? new JsonPlace(value, $"{Path}.{name}", From) : throw Bad($"'{name}' is missing");

    /// <summary>Whether a property is there and not null.</summary>
    public bool Has(string name) => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string name) => TextOrNull(name) ?? throw Bad($"'{name}' is missing");

    public string? TextOrNull(string name) => Has(name) ? this[name].AsText() : null;

    public T Number<T>(string name) where T : struct, INumber<T>
    {
        var value = this[name];
        return value.Element.ValueKind == JsonValueKind.Number && T.TryParse(value.Element.GetRawText(), null, out var number)
            ? number : throw value.Bad($"expected a whole number, found {Cut(value.Element.GetRawText())}");
    }

    public T? NumberOrNull<T>(string name) where T : struct, INumber<T> => Has(name) ? Number<T>(name) : null;

    public bool? BooleanOrNull(string name) =>
        !Has(name) ? null
        : this[name] is { Element.ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.Element.GetBoolean()
        : throw this[name].Bad("expected true or false");

    /// <summary>The value of an enum by its word: the name in lower case.</summary>
    public T Word<T>(string name) where T : struct, Enum
    {
        var text = Text(name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (value.ToString().ToLowerInvariant() == text) return value;
        }
        var words = Enum.GetNames<T>().Select(word => word.ToLowerInvariant()).ToArray();
        throw this[name].Bad($"expected {string.Join(", ", words[..^1])} or {words[^1]}, found '{Cut(text)}'");
    }

    /// <summary>The elements of an array that must be there.</summary>
    public IEnumerable<JsonPlace> Items(string name)
    {
        var list = this[name];
        return list.Element.ValueKind == JsonValueKind.Array
            ? list.Element.EnumerateArray().Select((element, index) => new JsonPlace(element, $"{list.Path}[{index}]", list.From))
            : throw list.Bad("expected an array");
    }

    public IEnumerable<string> Texts(string name) => Items(name).Select(item => item.AsText());

    /// <summary>The properties of an object of texts; numbers come as they are written.</summary>
    public IEnumerable<KeyValuePair<string, string>> TextPairs(string name)
    {
        var pairs = this[name];
        if (pairs.Element.ValueKind != JsonValueKind.Object) throw pairs.Bad("expected an object");
        return pairs.Element.EnumerateObject().Select(property => KeyValuePair.Create(property.Name,
            property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText()));
    }

    /// <summary>An error about this value.</summary>
    public FailureException Bad(string what) => Bad(From, what, Path);

    string AsText() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Bad("expected a string");

    static FailureException Bad(Source from, string what, string place) => new(new Failure(FailureCode.BadInput, what, $"{from.Name}: {place}", from.Fix));

    static string Cut(string text) => text.Length <= LongestQuote ? text : $"{text[..LongestQuote]}... ({text.Length} characters)";
}
