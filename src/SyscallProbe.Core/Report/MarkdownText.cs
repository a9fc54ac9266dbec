using System.Text.RegularExpressions;

namespace SyscallProbe.Report;

/// <summary>Makes strings harmless in GitHub's and GitLab's Markdown.</summary>
static partial class MarkdownText
{
    /// <summary>A code span: nothing in it is markup, a link or a mention.</summary>
    public static string Code(string text)
    {
        var shown = TerminalText.Escape(text);
        var longest = 0;
        foreach (var run in Backticks().EnumerateMatches(shown)) longest = Math.Max(longest, run.Length);
        var fence = new string('`', longest + 1);
        // The spaces are taken off again; without them a backtick at an end would belong to the fence, and a span of spaces would be cut.
        var pad = shown.Length == 0 || shown[0] is '`' or ' ' || shown[^1] is '`' or ' ' ? " " : "";
        return fence + pad + shown + pad + fence;
    }

    /// <summary>Running text: markup is escaped, mentions and references to issues are broken up.</summary>
    public static string Plain(string text) =>
        Reference().Replace(Markup().Replace(TerminalText.Escape(text), @"\$0").Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"), "$0<!-- -->");

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"[\\`*_\[\]|~$]|!(?=\[)")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(?<!\w)@(?=\w)|#(?=\d)|:(?=//)")]
    private static partial Regex Reference();
}
