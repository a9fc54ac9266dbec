using System.Collections.Immutable;
using System.Text;

namespace SyscallProbe.Recording.Bundle;

/// <summary>Splits a command line into words by the quoting rules of the POSIX shell, with nothing else of a shell.</summary>
/// <remarks>
/// POSIX.1-2017, Shell Command Language, section 2.2: backslash, single and double quotes. No variables, patterns, comments, operators:
/// <c>$HOME</c>, <c>*</c>, <c>#</c>, <c>|</c> and <c>;</c> are ordinary characters.
/// </remarks>
public static class CommandWords
{
    /// <summary>Splits a command line.</summary>
    /// <param name="where">The option that it was given with, for the error.</param>
    /// <exception cref="FailureException">A quote is not closed, nothing stands behind the last backslash, or there is no word at all.</exception>
    public static ImmutableArray<string> Split(string text, string where)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        var isInWord = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ' ' or '\t' or '\n':
                    if (isInWord) words.Add(word.ToString());
                    word.Clear();
                    isInWord = false;
                    continue;
                case '\\':
                    if (++i == text.Length) throw new FailureException(Failures.OpenQuote(text, where, "nothing stands behind the last backslash"));
                    if (text[i] == '\n') continue; // a line that goes on
                    word.Append(text[i]);
                    break;
                case '\'':
                    var end = text.IndexOf('\'', i + 1);
                    if (end < 0) throw new FailureException(Failures.OpenQuote(text, where, "a single quote is not closed"));
                    word.Append(text, i + 1, end - i - 1);
                    i = end;
                    break;
                case '"':
                    i = DoubleQuoted(text, i + 1, word);
                    if (i < 0) throw new FailureException(Failures.OpenQuote(text, where, "a double quote is not closed"));
                    break;
                default:
                    word.Append(text[i]);
                    break;
            }
            isInWord = true;
        }
        if (isInWord) words.Add(word.ToString());
        return words.Count > 0 ? words.ToImmutable() : throw new FailureException(Failures.OpenQuote(text, where, "no command in it"));
    }

    /// <summary>Reads up to the closing quote. Returns its index, or -1 when there is none.</summary>
    static int DoubleQuoted(string text, int from, StringBuilder word)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '"') return i;
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '$' or '`' or '"' or '\\' or '\n')
            {
                if (text[++i] != '\n') word.Append(text[i]);
                continue;
            }
            word.Append(text[i]);
        }
        return -1;
    }
}
