using System.Collections.Immutable;

namespace SyscallProbe.Rules;

/// <summary>Reads the <c>arguments</c> column of the rule table: terms separated by spaces, all of which must hold.</summary>
/// <remarks>
/// <c>a=V</c> equal, <c>a=V..W</c> within, <c>a&amp;M</c> some bit of M, <c>a&amp;~M</c> some bit outside M, <c>a&amp;M=V</c> equal under M; <c>!</c> in front negates.
/// V, W and M are numbers, constants, or those joined with <c>|</c>. Of a text V is one of the classes of its <see cref="TextSet"/>; <c>name=security.*</c> means all that begin so, <c>name==security.*</c> that class alone.
/// </remarks>
static class TermParser
{
    /// <returns>The terms, or null with what is <paramref name="wrong"/>.</returns>
    public static Term[]? Parse(string text, ImmutableArray<KeyArgument> keys, Constants constants, Abi abi, out string wrong)
    {
        wrong = "";
        var terms = new List<Term>();
        var given = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var negated = part[0] == '!';
            var body = negated ? part[1..] : part;
            var end = body.AsSpan().IndexOfAny('=', '&');
            var name = end < 0 ? body : body[..end];
            var key = KeyArguments.Find(keys, name);
            if (end < 0 || key is null || !key.IsValue)
            {
                wrong = $"'{part}' is no condition on {(keys.Any(k => k.IsValue) ? string.Join(", ", keys.Where(k => k.IsValue).Select(k => k.Name)) : "an argument, the syscall has no key arguments")}";
                return null;
            }

            bool Value(string value, out ulong result) => constants.TryParse(key, value, abi, key.Depends is { } on && given.TryGetValue(on.Name, out var chosen) ? chosen : null, out result);
            var operation = key.Form == KeyForm.Text ? ClassesOf(body[end..], constants.TextSets[key.Constants]) : Operation(body[end..], Value);
            if (operation is not var (mask, low, high))
            {
                wrong = key.Form == KeyForm.Text
                    ? $"'{part}' has a text that is no class of the set '{key.Constants}' in data/abi/texts.csv"
                    : $"'{part}' has a value that is neither a number nor a constant of {name}";
                return null;
            }
            // A later argument's names may depend on this one: `level=SOL_TCP optname=TCP_NODELAY`.
            if (!negated && low == high && mask == ulong.MaxValue) given[key.Name] = low;
            terms.Add(new Term(mask, low, high, checked((ushort)keys.Where(k => k.IsValue).ToList().IndexOf(key)), negated ? (ushort)1 : (ushort)0));
        }
        return [.. terms];
    }

    static (ulong Mask, ulong Low, ulong High)? ClassesOf(string text, TextSet set) =>
        text[0] != '=' ? null
        : text.StartsWith("==", StringComparison.Ordinal) ? (set.Classes.IndexOf(text[2..]) is >= 0 and var at ? (ulong.MaxValue, (ulong)at + 1, (ulong)at + 1) : null)
        : set.TryRange(text[1..], out var low, out var high) ? (ulong.MaxValue, low, high) : null;

    delegate bool Read(string text, out ulong value);

    static (ulong Mask, ulong Low, ulong High)? Operation(string text, Read read)
    {
        if (text[0] == '=') return Range(text[1..], ulong.MaxValue, read);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0) return read(text[1..equals], out var under) ? Range(text[(equals + 1)..], under, read) : null;
        var outside = text.Length > 1 && text[1] == '~';
        if (!read(text[(outside ? 2 : 1)..], out var bits)) return null;
        return (outside ? ~bits : bits, 1, ulong.MaxValue);
    }

    static (ulong, ulong, ulong)? Range(string text, ulong mask, Read read)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0) return read(text, out var value) ? (mask, value, value) : null;
        return read(text[..dots], out var low) && read(text[(dots + 2)..], out var high) && low <= high ? (mask, low, high) : null;
    }
}
