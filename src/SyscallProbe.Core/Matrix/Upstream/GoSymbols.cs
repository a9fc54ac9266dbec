namespace SyscallProbe.Matrix.Upstream;

/// <summary>Lists what a Go file declares at its top level, for checking that a cited symbol exists.</summary>
public static class GoSymbols
{
    /// <summary>Functions, methods as <c>Type.Method</c>, constants, variables and types; sorted, each once.</summary>
    public static SortedSet<string> Of(GoFile file)
    {
        var symbols = new SortedSet<string>(StringComparer.Ordinal);
        file.Rewind();
        while (file.Current.Kind != GoTokenKind.End)
        {
            var word = file.Next();
            if (word.Is("func")) ReadFunction(file, symbols);
            else if (word.Is("const") || word.Is("var") || word.Is("type")) ReadDeclarations(file, symbols);
            SkipStatement(file);
        }
        symbols.Remove("_");
        return symbols;
    }

    static void ReadFunction(GoFile file, SortedSet<string> symbols)
    {
        var prefix = "";
        if (file.TryTake("("))
        {
            // (t *Task), (*Task), (x Set[T]): the type is the last word before any bracket.
            var receiver = file.TakeBlock(")").TakeWhile(token => !token.Is("[")).LastOrDefault(token => token.Kind == GoTokenKind.Word);
            prefix = receiver.Text + ".";
        }
        if (file.Current.Kind == GoTokenKind.Word) symbols.Add(prefix + file.Current.Text);
    }

    static void ReadDeclarations(GoFile file, SortedSet<string> symbols)
    {
        if (!file.TryTake("("))
        {
            ReadNames(file, symbols);
            return;
        }
        while (!file.TryTake(")") && file.Current.Kind != GoTokenKind.End)
        {
            ReadNames(file, symbols);
            SkipStatement(file, insideGroup: true);
        }
    }

    static void ReadNames(GoFile file, SortedSet<string> symbols)
    {
        while (file.Current.Kind == GoTokenKind.Word)
        {
            symbols.Add(file.Next().Text);
            if (!file.TryTake(",")) return;
        }
    }

    static void SkipStatement(GoFile file, bool insideGroup = false)
    {
        for (var depth = 0; file.Current.Kind != GoTokenKind.End; file.Next())
        {
            if (file.Current.Kind == GoTokenKind.Semicolon && depth == 0)
            {
                file.Next();
                return;
            }
            if (file.Current.Kind != GoTokenKind.Symbol) continue;
            if (file.Current.Text is "(" or "[" or "{") depth++;
            if (file.Current.Text is not (")" or "]" or "}")) continue;
            if (depth == 0 && insideGroup && file.Current.Is(")")) return;
            depth = Math.Max(depth - 1, 0);
        }
    }
}
