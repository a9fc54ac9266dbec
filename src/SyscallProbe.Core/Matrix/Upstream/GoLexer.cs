using System.Text;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>Kinds of token that the importer tells apart.</summary>
public enum GoTokenKind : byte
{
    /// <summary>Identifier or keyword.</summary>
    Word,

    /// <summary>Number or rune literal, as written.</summary>
    Number,

    /// <summary>String literal; the text is without quotes and escapes.</summary>
    Text,

    /// <summary>One operator character or bracket; <c>:=</c> is one token.</summary>
    Symbol,

    /// <summary>A semicolon, written or put in by the end of a line.</summary>
    Semicolon,

    /// <summary>After the last token.</summary>
    End,
}

/// <summary>One token of Go source.</summary>
/// <param name="Line">1-based.</param>
public readonly record struct GoToken(GoTokenKind Kind, string Text, int Line)
{
    public bool Is(string text) => Kind is GoTokenKind.Word or GoTokenKind.Symbol or GoTokenKind.Semicolon && Text == text;
}

/// <summary>Splits Go source into tokens: as much of the language as table literals and top-level declarations need.</summary>
/// <remarks>Comments are dropped; semicolons are put in as the Go specification says ("Semicolons"). Never throws: an odd byte is a symbol.</remarks>
public static class GoLexer
{
    static readonly string[] s_symbols = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];

    // Line ends do not close a statement after these; after any other word they do.
    static readonly HashSet<string> s_openWords =
        ["case", "chan", "const", "default", "defer", "else", "for", "func", "go", "goto", "if", "import", "interface", "map", "package", "range", "select", "struct", "switch", "type", "var"];

    /// <summary>Reads a whole file. The last token is always <see cref="GoTokenKind.End"/>.</summary>
    public static List<GoToken> Read(ReadOnlySpan<byte> source)
    {
        var tokens = new List<GoToken>(source.Length / 4);
        var (at, line) = (0, 1);
        while (at < source.Length)
        {
            var c = source[at];
            if (c == '\n')
            {
                if (tokens.Count > 0 && Closes(tokens[^1])) tokens.Add(new(GoTokenKind.Semicolon, ";", line));
                line++;
                at++;
            }
            else if (c is (byte)' ' or (byte)'\t' or (byte)'\r')
            {
                at++;
            }
            else if (c == '/' && At(source, at + 1) == '/')
            {
                at = EndOf(source, at, "\n"u8);
            }
            else if (c == '/' && At(source, at + 1) == '*')
            {
                var end = EndOf(source, at + 2, "*/"u8);
                line += source[at..end].Count((byte)'\n');
                at = Math.Min(end + 2, source.Length);
            }
            else
            {
                at = ReadToken(source, at, ref line, tokens);
            }
        }
        if (tokens.Count > 0 && Closes(tokens[^1])) tokens.Add(new(GoTokenKind.Semicolon, ";", line));
        tokens.Add(new(GoTokenKind.End, "", line));
        return tokens;
    }

    static int ReadToken(ReadOnlySpan<byte> source, int at, ref int line, List<GoToken> tokens)
    {
        var c = source[at];
        var end = at + 1;
        if (IsLetter(c))
        {
            while (end < source.Length && (IsLetter(source[end]) || IsDigit(source[end]))) end++;
            tokens.Add(new(GoTokenKind.Word, Encoding.UTF8.GetString(source[at..end]), line));
        }
        else if (IsDigit(c))
        {
            while (end < source.Length && (IsLetter(source[end]) || IsDigit(source[end]) || source[end] == '.')) end++;
            tokens.Add(new(GoTokenKind.Number, Encoding.UTF8.GetString(source[at..end]), line));
        }
        else if (c == '`')
        {
            end = EndOf(source, end, "`"u8);
            tokens.Add(new(GoTokenKind.Text, Encoding.UTF8.GetString(source[(at + 1)..end]).Replace("\r", "", StringComparison.Ordinal), line));
            line += source[at..end].Count((byte)'\n');
            end = Math.Min(end + 1, source.Length);
        }
        else if (c is (byte)'"' or (byte)'\'')
        {
            while (end < source.Length && source[end] != c && source[end] != '\n') end += source[end] == '\\' ? 2 : 1;
            end = Math.Min(end, source.Length);
            tokens.Add(new(c == '"' ? GoTokenKind.Text : GoTokenKind.Number, Unescaped(source[(at + 1)..end]), line));
            if (At(source, end) == c) end++;
        }
        else
        {
            if (c == ':' && At(source, end) == '=') end++;
            var text = end - at == 2 ? ":=" : c < 128 ? s_symbols[c] : "\uFFFD";
            tokens.Add(new(c == ';' ? GoTokenKind.Semicolon : GoTokenKind.Symbol, text, line));
        }
        return end;
    }

    static bool Closes(GoToken last) => last.Kind switch
    {
        GoTokenKind.Word => !s_openWords.Contains(last.Text),
        GoTokenKind.Number or GoTokenKind.Text => true,
        GoTokenKind.Symbol => last.Text is ")" or "]" or "}",
        _ => false,
    };

    // Only what the texts of tables hold; other escapes keep their letter.
    static string Unescaped(ReadOnlySpan<byte> quoted)
    {
        var text = Encoding.UTF8.GetString(quoted);
        if (!text.Contains('\\')) return text;
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) result.Append(text[++i] switch { 'n' => '\n', 't' => '\t', var c => c });
            else result.Append(text[i]);
        }
        return result.ToString();
    }

    static int EndOf(ReadOnlySpan<byte> source, int from, ReadOnlySpan<byte> mark)
    {
        from = Math.Min(from, source.Length);
        var found = source[from..].IndexOf(mark);
        return found < 0 ? source.Length : from + found;
    }

    static byte At(ReadOnlySpan<byte> source, int at) => at < source.Length ? source[at] : (byte)0;

    static bool IsLetter(byte c) => c == '_' || (uint)((c | 0x20) - 'a') < 26 || c >= 0x80;

    static bool IsDigit(byte c) => (uint)(c - '0') < 10;
}
