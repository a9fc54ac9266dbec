using System.Globalization;
using System.Text.RegularExpressions;

namespace SyscallProbe.Cli.Options;

/// <summary>Reads the text of option values. Each throws <see cref="FormatException"/> with what was expected.</summary>
static class OptionValues
{
    /// <summary>Any text that is not empty.</summary>
    public static string Text(string text) => text.Length > 0 ? text : throw new FormatException("a value that is not empty");

    /// <summary>A switch in the environment: 1, true, yes, or 0, false, no and empty.</summary>
    public static bool Switch(string text) => text switch
    {
        "1" or "true" or "yes" => true,
        "0" or "false" or "no" or "" => false,
        _ => throw new FormatException("1, true, yes, 0, false or no"),
    };

    /// <summary>A whole number from 1 on.</summary>
    public static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value : throw new FormatException("a whole number, 1 or more");

    /// <summary>A number with its unit: <c>500ms</c>, <c>10s</c>, <c>2m</c>, <c>1h</c>; fractions are allowed, a number without a unit is not.</summary>
    public static TimeSpan Duration(string text)
    {
        var digits = text.AsSpan().TrimEnd("hms");
        double? unit = text.AsSpan(digits.Length) switch { "ms" => 1, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, _ => null };
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (unit is null || !double.TryParse(digits, style, CultureInfo.InvariantCulture, out var number) || number * unit is <= 0 or > 30 * 86_400_000.0)
        {
            throw new FormatException("a duration such as 500ms, 10s, 2m or 1h, at most 720h");
        }
        return TimeSpan.FromMilliseconds(number * unit.Value);
    }

    /// <summary>A regular expression in .NET's syntax, matched in time linear to its input.</summary>
    public static Regex Expression(string text)
    {
        try
        {
            // Back-references and look-around are refused: a hostile workload's output must not make matching explode.
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"a regular expression without back-references and look-around ({wrong.Message})");
        }
    }

    /// <summary>NAME=VALUE; a name alone is allowed and has no value.</summary>
    public static KeyValuePair<string, string?> Variable(string text)
    {
        var at = text.IndexOf('=');
        var name = at < 0 ? text : text[..at];
        return name.Length > 0 && !name.Contains('\0') ? new(name, at < 0 ? null : text[(at + 1)..]) : throw new FormatException("NAME=VALUE or NAME");
    }

    /// <summary>Reads one of the names of an enum's values in lower case.</summary>
    public static Func<string, T> OneOf<T>() where T : struct, Enum => text =>
        Enum.TryParse<T>(text.Replace("-", ""), ignoreCase: true, out var value) && text == text.ToLowerInvariant() && !char.IsDigit(text[0])
            ? value : throw new FormatException("one of the choices");
}
