using System.Text;

namespace SyscallProbe.Guest.Upstream;

/// <summary>The scalars of Kata's <c>versions.yaml</c> by their path, such as <c>assets.kernel.version</c>.</summary>
/// <remarks>
/// Reads the subset that this file has kept to at every release: block mappings, plain or quoted scalars on the key's own line, comments.
/// Lists and block scalars (<c>|</c>, <c>&gt;-</c>) are passed over; no fact is read from one.
/// </remarks>
public static class VersionsYaml
{
    public const string Path = "versions.yaml";

    /// <summary>Never fails: a line that is no <c>key: value</c> is passed over.</summary>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> file)
    {
        var scalars = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new List<(int Indent, string Path)>();
        var blockIndent = -1; // of the key whose block scalar is being passed over, or -1
        foreach (var line in Encoding.UTF8.GetString(file).Split('\n'))
        {
            var text = line.TrimStart(' ').TrimEnd();
            var indent = line.Length - line.TrimStart(' ').Length;
            if (text.Length == 0 || text[0] is '#' or '-') continue;
            if (blockIndent >= 0 && indent > blockIndent) continue;
            blockIndent = -1;
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || (colon + 1 < text.Length && text[colon + 1] != ' ')) continue;
            while (open.Count > 0 && open[^1].Indent >= indent) open.RemoveAt(open.Count - 1);
            var path = (open.Count == 0 ? "" : open[^1].Path + ".") + text[..colon];
            open.Add((indent, path));
            var value = Scalar(text[(colon + 1)..].Trim());
            if (value.StartsWith('|') || value.StartsWith('>')) blockIndent = indent;
            else if (value.Length > 0) scalars.TryAdd(path, value);
        }
        return scalars;
    }

    static string Scalar(string text)
    {
        if (text.StartsWith('"') && text.IndexOf('"', 1) is > 0 and var end) return text[1..end];
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? text : text[..comment].TrimEnd();
    }
}
