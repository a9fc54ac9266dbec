namespace SyscallProbe.Report;

/// <summary>How a piece of text shall look to a person; what that means on a terminal is the caller's business.</summary>
public enum TextStyle
{
    /// <summary>A heading or a name to find again.</summary>
    Strong,

    /// <summary>Less important than what stands around it.</summary>
    Dim,

    Good,

    Warning,

    Bad,
}

/// <summary>Where a renderer for people writes to.</summary>
/// <param name="Writer">Its line end is LF.</param>
/// <param name="Width">Most columns of a line; a single long word may pass it.</param>
/// <param name="Styled">Adds a style to a text, or returns it as it is where there is no colour.</param>
public sealed record TextOutput(TextWriter Writer, int Width, Func<TextStyle, string, string> Styled)
{
    /// <summary>Whether waived findings are listed where a format only counts them otherwise.</summary>
    public bool ShowsWaived { get; init; }

    /// <summary>Text without any style.</summary>
    public static TextOutput Plain(TextWriter writer, int width) => new(writer, width, (_, text) => text);

    /// <summary>Writes a text over as many lines as it needs, the first after <paramref name="lead"/>, the others below it.</summary>
    /// <param name="lead">Stands before the first line, padded to <paramref name="indent"/> columns.</param>
    public void Hanging(string lead, int indent, string text, TextStyle? leadStyle = null)
    {
        var start = lead.PadRight(indent);
        if (leadStyle is { } style) start = Styled(style, lead) + start[lead.Length..];
        var rest = new string(' ', indent);
        foreach (var line in TextLayout.Wrap(text, Math.Max(Width - indent, 20)))
        {
            Writer.WriteLine(start + line);
            start = rest;
        }
        if (start != rest) Writer.WriteLine(start.TrimEnd());
    }
}
