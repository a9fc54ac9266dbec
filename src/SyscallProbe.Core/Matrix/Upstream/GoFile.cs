namespace SyscallProbe.Matrix.Upstream;

/// <summary>One Go source file at one release, with a cursor over its tokens. What does not fit stops the import and names the place.</summary>
public sealed class GoFile(string release, string path, ReadOnlySpan<byte> source)
{
    readonly List<GoToken> _tokens = GoLexer.Read(source);
    int _at;

    public string Release { get; } = release;

    public string Path { get; } = path;

    /// <summary>The token under the cursor.</summary>
    public GoToken Current => _tokens[_at];

    /// <summary>The token <paramref name="ahead"/> places on, or the end.</summary>
    public GoToken Peek(int ahead = 1) => _tokens[Math.Clamp(_at + ahead, 0, _tokens.Count - 1)];

    /// <summary>Puts the cursor on the first token.</summary>
    public void Rewind() => _at = 0;

    public GoToken Next()
    {
        var token = _tokens[_at];
        if (token.Kind != GoTokenKind.End) _at++;
        return token;
    }

    /// <summary>Moves behind the next place where these tokens follow each other; false, and the cursor at the end, when there is none.</summary>
    public bool SkipPast(params ReadOnlySpan<string> texts)
    {
        for (; Current.Kind != GoTokenKind.End; _at++)
        {
            if (!IsAt(texts)) continue;
            _at += texts.Length;
            return true;
        }
        return false;
    }

    /// <summary>Whether these tokens are next.</summary>
    public bool IsAt(params ReadOnlySpan<string> texts)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            if (!Peek(i).Is(texts[i])) return false;
        }
        return true;
    }

    public bool TryTake(string text)
    {
        if (!Current.Is(text)) return false;
        _at++;
        return true;
    }

    /// <exception cref="FailureException">Another token is next.</exception>
    public GoToken Take(string text)
    {
        if (!Current.Is(text)) throw Unexpected($"'{text}'");
        return Next();
    }

    /// <exception cref="FailureException">A token of another kind is next.</exception>
    public GoToken Take(GoTokenKind kind, string expected)
    {
        if (Current.Kind != kind) throw Unexpected(expected);
        return Next();
    }

    /// <summary>The tokens up to the bracket that closes the one just taken; the cursor ends behind that bracket.</summary>
    public List<GoToken> TakeBlock(string close)
    {
        var block = new List<GoToken>();
        for (var depth = 0; ; block.Add(Next()))
        {
            if (Current.Kind == GoTokenKind.End) throw Unexpected($"'{close}'");
            if (Current.Kind != GoTokenKind.Symbol) continue;
            if (Current.Text is "(" or "[" or "{") depth++;
            if (Current.Text is not (")" or "]" or "}")) continue;
            if (depth == 0) break;
            depth--;
        }
        Take(close);
        return block;
    }

    /// <summary>Splits tokens at the commas outside of brackets; a comma at the very end adds no part.</summary>
    public static List<List<GoToken>> SplitAtCommas(List<GoToken> tokens)
    {
        var parts = new List<List<GoToken>>();
        var (depth, part) = (0, new List<GoToken>());
        foreach (var token in tokens)
        {
            if (token.Kind == GoTokenKind.Semicolon && depth == 0) continue;
            if (token.Kind == GoTokenKind.Symbol)
            {
                if (token.Text is "(" or "[" or "{") depth++;
                if (token.Text is ")" or "]" or "}") depth--;
                if (token.Text == "," && depth == 0)
                {
                    parts.Add(part);
                    part = [];
                    continue;
                }
            }
            part.Add(token);
        }
        if (part.Count > 0) parts.Add(part);
        return parts;
    }

    /// <summary>What to throw when the cursor is on something else than <paramref name="expected"/>.</summary>
    public FailureException Unexpected(string expected) =>
        NotUnderstood($"expected {expected}, found '{(Current.Kind == GoTokenKind.End ? "the end of the file" : Current.Text)}'", Current.Line);

    /// <summary>What to throw for a construct that the importer does not know.</summary>
    public FailureException NotUnderstood(string what, int line) => new(new Failure(FailureCode.BadInput, what,
        $"{Path}:{line} at {Release}", "teach the importer this construct: src/SyscallProbe.Core/Matrix/Upstream"));
}
