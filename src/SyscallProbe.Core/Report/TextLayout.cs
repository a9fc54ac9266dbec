namespace SyscallProbe.Report;

/// <summary>Puts running text into lines.</summary>
public static class TextLayout
{
    /// <summary>Breaks text at spaces; a word that is longer than a line has a line of its own.</summary>
    /// <param name="width">Most columns of a line, the indent included.</param>
    /// <param name="indent">Put before each line.</param>
    /// <returns>Lines without their ends; none for text that is empty or blank.</returns>
    public static IEnumerable<string> Wrap(string text, int width, string indent = "")
    {
        var line = "";
        foreach (var word in text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent.Length + line.Length + 1 + word.Length > width)
            {
                yield return indent + line;
                line = "";
            }
            line = line.Length == 0 ? word : line + " " + word;
        }
        if (line.Length > 0) yield return indent + line;
    }
}
