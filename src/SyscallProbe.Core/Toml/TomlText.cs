using System.Globalization;
using System.Text;
using Tomlyn.Syntax;

namespace SyscallProbe.Toml;

/// <summary>Writes TOML for people: comments, and tables with their keys quoted only where they must be.</summary>
/// <remarks>Keys and values are Tomlyn's, so that whatever is in them is escaped.</remarks>
public sealed class TomlText
{
    readonly StringBuilder _text = new();

    /// <summary>Lines that begin with <c>#</c>.</summary>
    public TomlText Comment(params IEnumerable<string> lines)
    {
        foreach (var line in lines) _text.Append("# ").Append(line).Append('\n');
        return this;
    }

    /// <summary>A key at the top of the file, or of the table that was begun last.</summary>
    /// <param name="value">A <see cref="bool"/>, <see cref="int"/>, <see cref="string"/>, or strings.</param>
    public TomlText Set(string key, object value)
    {
        _text.Append(new KeySyntax(key)).Append(" = ").Append(ValueOf(value)).Append('\n');
        return this;
    }

    /// <summary>Begins a table, with an empty line before it unless it is the first of the file.</summary>
    public TomlText Table(params IEnumerable<string> keys)
    {
        if (_text.Length > 0) _text.Append('\n');
        _text.Append('[').AppendJoin('.', keys.Select(key => new KeySyntax(key))).Append("]\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    static string ValueOf(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        string text => new StringValueSyntax(text).ToString()!,
        IEnumerable<string> texts => $"[{string.Join(", ", texts.Select(text => new StringValueSyntax(text)))}]",
        _ => throw new ArgumentException($"no TOML value: {value.GetType()}", nameof(value)),
    };
}
