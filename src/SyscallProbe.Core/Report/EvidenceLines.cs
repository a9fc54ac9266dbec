using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>Evidence and subject for a person at a terminal, the same in reports and traces.</summary>
static class EvidenceLines
{
    const int Column = 10;

    public static void Write(TextOutput to, Evidence evidence, int? kinds)
    {
        var ended = evidence.Signal is { } signal ? $"ended by signal {signal}" : evidence.ExitCode is { } code ? $"exit code {code}" : "exit code not known";
        string?[] parts =
        [
            evidence.Grade.Word(),
            FindingWords.Counted(evidence.Events, "call") + (kinds is { } number ? $", {FindingWords.Counted((ulong)number, "kind")}" : ""),
            $"{FindingWords.Counted(evidence.Lost, "event")} lost",
            evidence.Unparsed > 0 ? $"{FindingWords.Counted(evidence.Unparsed, "line")} not read" : null,
            FindingWords.Counted((ulong)evidence.Runs, "run"),
            ended,
            evidence.Healthy switch { true => "healthy", false => "not healthy", null => null },
        ];
        to.Hanging("Evidence", Column, string.Join("; ", parts.Where(part => part is not null)), evidence.Grade == EvidenceGrade.Complete ? TextStyle.Good : TextStyle.Warning);
        foreach (var reason in evidence.Reasons) to.Hanging("", Column, TerminalText.Escape(reason));
    }

    public static void Write(TextOutput to, Subject subject)
    {
        var image = subject.Image is null ? "" : $"image {TerminalText.Escape(subject.Image)}, ";
        to.Hanging("Workload", Column, $"{Command(subject)} ({image}{subject.Arch.Name()}, Linux {TerminalText.Escape(subject.Kernel ?? "of unknown version")})", TextStyle.Dim);
    }

    /// <summary>The command as a shell would take it, made harmless for a terminal.</summary>
    public static string Command(Subject subject) =>
        subject.Argv.IsEmpty ? "(no command)" : TerminalText.Escape(string.Join(' ', subject.Argv.Select(Quoted)));

    static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "%+,-./:=@_".Contains(c)) ? argument : $"'{argument.Replace("'", @"'\''")}'";
}
