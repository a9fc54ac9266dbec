using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>Evidence and subject for a person at a terminal, the same in reports and traces.</summary>
static class EvidenceLines
{
    const int Column = 10;

    /// <param name="singleRunKinds">As <see cref="Trace.SingleRunKinds"/>.</param>
    /// <param name="newBlocking">Calls of blocking findings that a single run of several made.</param>
    public static void Write(TextOutput to, Evidence evidence, int? kinds, int? singleRunKinds, IReadOnlyCollection<string> newBlocking)
    {
        to.Hanging("Evidence", Column, Of(evidence, kinds), evidence.Grade == EvidenceGrade.Complete ? TextStyle.Good : TextStyle.Warning);
        if (singleRunKinds > 0)
        {
            var blocking = newBlocking.Count == 0 ? "" : $", among them what blocks ({TerminalText.Escape(FindingWords.Listed(newBlocking, 3))})";
            to.Hanging("", Column, $"{FindingWords.Counted((ulong)singleRunKinds, "kind")} appeared in one of {evidence.Runs} runs only{blocking}: more runs may bring more");
        }
        if (evidence is { LateKinds: > 0 and var late, LastNewKind: { } last })
        {
            to.Hanging("", Column, $"{FindingWords.Counted((ulong)late, "kind")} appeared in the last third of the time, the last one after {Math.Round(last * 100)} % of it: a longer --duration may bring more");
        }
        if (evidence.SeccompFilter) to.Hanging("", Column, "a seccomp filter judged its calls: an errno may be the filter's, and hides what the program would have tried first");
        foreach (var reason in evidence.Reasons) to.Hanging("", Column, TerminalText.Escape(reason));
    }

    /// <summary>The evidence in one line, the reasons left out.</summary>
    public static string Of(Evidence evidence, int? kinds)
    {
        var ended = evidence.Signal is { } signal ? $"ended by signal {signal}" : evidence.ExitCode is { } code ? $"exit code {code}" : "exit code not known";
        string?[] parts =
        [
            evidence.Grade.Word(),
            FindingWords.Counted(evidence.Events, "call") + (kinds is { } number ? $", {FindingWords.Counted((ulong)number, "kind")}" : ""),
            $"{FindingWords.Counted(evidence.Lost, "event")} lost",
            evidence.Unparsed > 0 ? $"{FindingWords.Counted(evidence.Unparsed, "line")} not read" : null,
            FindingWords.Counted((ulong)evidence.Runs, "run") + (evidence.Recorders.IsEmpty ? "" : $" recorded by {string.Join(" and ", evidence.Recorders)}"),
            ended,
            evidence.Healthy switch { true => "healthy", false => "not healthy", null => null },
        ];
        return string.Join("; ", parts.Where(part => part is not null));
    }

    public static void Write(TextOutput to, Subject subject)
    {
        var image = subject.Image is null ? "" : $"image {TerminalText.Escape(subject.Image)}, ";
        to.Hanging("Workload", Column, $"{Command(subject)} ({image}{subject.Arch.Name()}, Linux {TerminalText.Escape(subject.Kernel ?? "of unknown version")})", TextStyle.Dim);
    }

    /// <summary>What was judged, for a heading; made harmless for a terminal.</summary>
    public static string Title(CheckReport report) => report.Workload is { } workload ? TerminalText.Escape(workload.ToString()) : Command(report.Subject);

    /// <summary>The command as a shell would take it, made harmless for a terminal.</summary>
    public static string Command(Subject subject) =>
        subject.Argv.IsEmpty ? "(no command)" : TerminalText.Escape(string.Join(' ', subject.Argv.Select(ShellText.Quoted)));
}
