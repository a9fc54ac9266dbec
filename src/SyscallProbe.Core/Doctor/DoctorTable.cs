using SyscallProbe.Report;

namespace SyscallProbe.Doctor;

/// <summary>The report for a person at a terminal: worst first, each line with what was seen and what to do.</summary>
public static class DoctorTable
{
    const int StatusColumns = 9, CheckColumns = 14, Indent = 2 + StatusColumns + CheckColumns;

    /// <summary>Writes the report.</summary>
    public static void Write(TextOutput to, DoctorReport report)
    {
        foreach (var section in report.Lines.GroupBy(line => line.Runtime))
        {
            var readiness = report.Runtimes.FirstOrDefault(one => one.Runtime == section.Key)?.Readiness;
            to.Writer.WriteLine(to.Styled(TextStyle.Strong, DoctorWords.NameOf(section.Key)) + (readiness is { } one ? $": {DoctorWords.Word(one)}" : ""));
            foreach (var line in section) Write(to, line);
            to.Writer.WriteLine();
        }
        to.Hanging(DoctorWords.Word(report.Verdict), 2 + StatusColumns, TerminalText.Escape(report.Advice), StyleOf(report.Verdict));
    }

    static void Write(TextOutput to, DoctorLine line)
    {
        var word = DoctorWords.Word(line.Status);
        // The style adds bytes and no columns.
        var lead = $"  {to.Styled(StyleOf(line.Status), word)}{new string(' ', StatusColumns - word.Length)}{line.Check}".PadRight(Indent + to.Styled(StyleOf(line.Status), word).Length - word.Length);
        var first = true;
        foreach (var text in TextLayout.Wrap(TerminalText.Escape(line.What), Math.Max(to.Width - Indent, 30)))
        {
            to.Writer.WriteLine((first ? lead : new string(' ', Indent)) + text);
            first = false;
        }
        if (line.Evidence.Length > 0) Below(to, "seen", TerminalText.Escape(line.Evidence));
        // What is well needs no advice.
        if (line.Fix is { } fix) Below(to, "fix", TerminalText.Escape(fix));
    }

    static void Below(TextOutput to, string word, string text)
    {
        var lead = new string(' ', Indent) + word.PadRight(5);
        foreach (var line in TextLayout.Wrap(text, Math.Max(to.Width - lead.Length, 30)))
        {
            to.Writer.WriteLine(lead + line);
            lead = new string(' ', lead.Length);
        }
    }

    static TextStyle StyleOf(DoctorStatus status) => status switch
    {
        DoctorStatus.Ok => TextStyle.Good,
        DoctorStatus.Note => TextStyle.Dim,
        DoctorStatus.Broken => TextStyle.Bad,
        _ => TextStyle.Warning,
    };

    static TextStyle StyleOf(Readiness readiness) => readiness switch
    {
        Readiness.Ready => TextStyle.Good,
        Readiness.Broken => TextStyle.Bad,
        _ => TextStyle.Warning,
    };
}
