namespace SyscallProbe.Report;

/// <summary>The one command that prints what has to be applied for a recommendation.</summary>
static class ManifestCommand
{
    const int Column = 10;

    /// <summary>Writes it; nothing where no sandbox is recommended. It is never broken into lines, so that it can be copied.</summary>
    public static void Write(TextOutput to, CheckReport report)
    {
        if (report.Recommendation.Target is not { } target) return;
        var pod = report.Workload is { File: not ManifestWorkload.StandardInput } workload ? $" --pod {ShellText.Quoted(workload.File)}" : "";
        to.Writer.WriteLine($"{to.Styled(TextStyle.Strong, "Apply")}{new string(' ', Column - 5)}syscallprobe manifest --target {TerminalText.Escape(ShellText.Quoted(target) + pod)}");
    }

    /// <summary>For many workloads, whose reports have to be saved first.</summary>
    public static void Write(TextOutput to, IReadOnlyList<CheckReport> reports)
    {
        if (reports.All(report => report.Recommendation.Target is null)) return;
        to.Writer.WriteLine("What to apply: save them with `-f json -o reports.json`, then `syscallprobe manifest reports.json`");
    }
}
