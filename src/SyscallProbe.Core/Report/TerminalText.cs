using System.Globalization;
using System.Text;

namespace SyscallProbe.Report;

/// <summary>Makes the workload's strings harmless on a terminal: they are data, and may be made to attack who reads them.</summary>
public static class TerminalText
{
    /// <summary>Writes what a terminal would obey, hide or reorder as <c>\xHH</c> or <c>\u{HHHH}</c>.</summary>
    /// <remarks>
    /// Control characters (C0, DEL, C1) and with them every escape sequence; format characters and with them the bidirectional overrides and
    /// zero-width joiners; line and paragraph separators; private and unassigned code points. All others stay, so that names in any script can be read.
    /// </remarks>
    public static string Escape(string text)
    {
        var clean = true;
        foreach (var rune in text.EnumerateRunes()) clean &= IsHarmless(rune) && rune != Rune.ReplacementChar;
        if (clean) return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHarmless(rune)) escaped.Append(rune);
            else if (rune.Value < 0x100) escaped.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }
        return escaped.ToString();
    }

    // Half a surrogate pair comes as U+FFFD, which is harmless and is what is written in its place.
    static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
