using System.Collections.Immutable;
using System.Text;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace SyscallProbe.Toml;

/// <summary>A value of a TOML file.</summary>
/// <param name="Text">A string without its quotes, anything else as written; empty for an array.</param>
/// <param name="Items">Texts of an array's items; else empty.</param>
public sealed record TomlValue(string Text, ImmutableArray<string> Items)
{
    /// <summary>Whether it is a string and stands in quotes.</summary>
    public bool IsString { get; init; }
}

/// <summary>The values of a TOML file by the keys that lead to them, however tables, dotted keys and inline tables are mixed.</summary>
/// <remarks>The parser is Tomlyn's; its mapping to objects needs reflection and is not used. Arrays of tables are left out.</remarks>
public sealed class TomlFile
{
    // U+0000 cannot be in a key.
    const char Separator = '\0';

    // Brackets in texts and comments are counted too: a configuration has nowhere near so many open ones.
    const int DeepestNesting = 200;

    readonly Dictionary<string, TomlValue> _values = new(StringComparer.Ordinal);
    readonly List<string> _order = [];

    TomlFile()
    {
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">It is no TOML; the error names file and line.</exception>
    public static TomlFile Read(ReadOnlyMemory<byte> content, string file)
    {
        var document = Parse(Encoding.UTF8.GetString(content.Span), file);
        if (document.HasErrors && document.Diagnostics.FirstOrDefault() is { } wrong) throw Bad(wrong.Message.TrimEnd('.'), $"{file}:{wrong.Span.Start.Line + 1}");
        var read = new TomlFile();
        read.Add("", document.KeyValues);
        foreach (var table in document.Tables.OfType<TableSyntax>())
        {
            var path = PathOf(table.Name!);
            // A table without a key is one all the same.
            read._order.Add(path);
            read.Add(path, table.Items);
        }
        return read;
    }

    /// <summary>The value at the end of a path of keys; null where there is none.</summary>
    public TomlValue? Find(params ReadOnlySpan<string> keys) => _values.GetValueOrDefault(string.Join(Separator, keys!));

    /// <summary>The keys of the table at the end of a path, each once, in the order of the file.</summary>
    public IEnumerable<string> KeysBelow(params ReadOnlySpan<string> keys)
    {
        var prefix = string.Join(Separator, keys!) + Separator;
        return _order.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Select(path => path[prefix.Length..].Split(Separator)[0]).Distinct().ToArray();
    }

    static DocumentSyntax Parse(string text, string file)
    {
        // The parser follows nesting by recursion, whose end is the end of the process.
        var depth = 0;
        foreach (var c in text)
        {
            depth = c is '[' or '{' ? depth + 1 : c is ']' or '}' ? depth - 1 : depth;
            if (depth > DeepestNesting) throw Bad($"nested deeper than {DeepestNesting} levels", file);
        }
        try
        {
            return SyntaxParser.Parse(text, file);
        }
        // Tomlyn 2.11.1 throws it for characters that are none.
        catch (ArgumentException wrong)
        {
            throw Bad("a character that is none", file, wrong);
        }
    }

    static FailureException Bad(string what, string where, Exception? inner = null) =>
        new(new Failure(FailureCode.BadInput, $"expected TOML: {what}", where, "a template has to be rendered first"), inner);

    void Add(string path, IEnumerable<KeyValueSyntax> pairs)
    {
        foreach (var pair in pairs)
        {
            var at = path.Length == 0 ? PathOf(pair.Key!) : path + Separator + PathOf(pair.Key!);
            _order.Add(at);
            if (pair.Value is InlineTableSyntax inline) Add(at, inline.Items.Select(item => item.KeyValue!));
            else _values[at] = new TomlValue(TextOf(pair.Value), pair.Value is ArraySyntax array ? [.. array.Items.Select(item => TextOf(item.Value))] : []) { IsString = pair.Value is StringValueSyntax };
        }
    }

    static string PathOf(KeySyntax key) => string.Join(Separator, key.DotKeys.Select(dot => TextOf(dot.Key)).Prepend(TextOf(key.Key)));

    static string TextOf(SyntaxNode? node) => node switch
    {
        StringValueSyntax text => text.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        null or ArraySyntax => "",
        _ => node.ToString()!.Trim(),
    };
}
