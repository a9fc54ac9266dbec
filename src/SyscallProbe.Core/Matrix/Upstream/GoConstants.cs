using System.Globalization;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>The top-level numeric constants of Go files of one package, evaluated when asked for.</summary>
/// <remarks>Knows numbers, names of the package, brackets and the operators <c>+ - | * &amp; &lt;&lt;</c>; a constant made otherwise is no error until somebody needs it.</remarks>
public sealed class GoConstants
{
    readonly Dictionary<string, (GoFile File, List<GoToken> Value)> _values = new(StringComparer.Ordinal);

    /// <summary>Takes in what a file declares.</summary>
    public void Add(GoFile file)
    {
        file.Rewind();
        while (file.SkipPast("const"))
        {
            if (!file.TryTake("("))
            {
                ReadOne(file);
                continue;
            }
            while (!file.TryTake(")") && file.Current.Kind != GoTokenKind.End) ReadOne(file);
        }
    }

    /// <summary>The value of a name of the package.</summary>
    /// <param name="user">Where the name is used, for the error.</param>
    /// <exception cref="FailureException">There is no such constant, or its value is made in a way that is not known.</exception>
    public uint ValueOf(string name, GoFile user, int line) => checked((uint)Evaluate(name, user, line, 0));

    /// <summary>The value of an expression in which names of the package may stand behind <c>PACKAGE.</c></summary>
    /// <exception cref="FailureException">It is made in a way that is not known.</exception>
    public uint ValueOf(List<GoToken> expression, GoFile user) => checked((uint)Evaluate(expression, user, 0));

    void ReadOne(GoFile file)
    {
        var name = file.Next();
        var value = new List<GoToken>();
        var assigned = false;
        for (var depth = 0; file.Current.Kind != GoTokenKind.End; file.Next())
        {
            if (depth == 0 && (file.Current.Kind == GoTokenKind.Semicolon || file.Current.Is(")"))) break;
            if (file.Current.Is("(")) depth++;
            if (file.Current.Is(")")) depth--;
            if (assigned) value.Add(file.Current);
            assigned |= file.Current.Is("=");
        }
        file.TryTake(";");
        if (name.Kind == GoTokenKind.Word && assigned) _values[name.Text] = (file, value);
    }

    // Deep enough for any chain of names, and an end for one that leads back to itself.
    long Evaluate(string name, GoFile user, int line, int depth)
    {
        if (depth > 16 || !_values.TryGetValue(name, out var value)) throw user.NotUnderstood($"'{name}' is no numeric constant that is known here", line);
        return Evaluate(value.Value, value.File, depth + 1);
    }

    long Evaluate(List<GoToken> expression, GoFile file, int depth)
    {
        var at = 0;
        var result = Sum();
        return at == expression.Count ? result : throw Odd();

        long Sum()
        {
            var left = Product();
            while (at < expression.Count && expression[at].Text is "+" or "-" or "|")
            {
                var (sign, right) = (expression[at++].Text, Product());
                left = sign switch { "+" => left + right, "-" => left - right, _ => left | right };
            }
            return left;
        }

        long Product()
        {
            var left = Factor();
            while (at < expression.Count && expression[at].Text is "*" or "&" or "<")
            {
                var sign = expression[at++].Text;
                if (sign == "<") Take("<");
                var right = Factor();
                left = sign switch { "*" => left * right, "&" => left & right, _ => left << (int)right };
            }
            return left;
        }

        long Factor()
        {
            if (at >= expression.Count) throw Odd();
            var token = expression[at++];
            if (token.Is("("))
            {
                var inner = Sum();
                Take(")");
                return inner;
            }
            if (token.Kind == GoTokenKind.Number) return NumberOf(token, file);
            if (token.Kind != GoTokenKind.Word) throw Odd();
            if (at + 1 < expression.Count && expression[at].Is("."))
            {
                token = expression[at + 1];
                at += 2;
            }
            return Evaluate(token.Text, file, token.Line, depth);
        }

        void Take(string text)
        {
            if (at >= expression.Count || !expression[at++].Is(text)) throw Odd();
        }

        FailureException Odd() => file.NotUnderstood(
            $"'{string.Concat(expression.Select(token => token.Text))}' is no number that can be made out", expression.Count > 0 ? expression[0].Line : file.Current.Line);
    }

    /// <summary>A Go integer literal: decimal, hexadecimal, or octal with a leading 0.</summary>
    /// <exception cref="FailureException">It is another kind of number.</exception>
    public static long NumberOf(GoToken token, GoFile file)
    {
        var text = token.Text.Replace("_", "", StringComparison.Ordinal);
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)) return hex;
        if (text is ['0', _, ..] && text.All(digit => digit is >= '0' and <= '7')) return Convert.ToInt64(text, 8);
        return text is not ['0', _, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw file.NotUnderstood($"'{token.Text}' is no integer", token.Line);
    }
}
