namespace SyscallProbe.Report;

/// <summary>A rehearsal for a person at a terminal, beside the evidence, as it is some.</summary>
static class RehearsalLines
{
    const int MostNotEnforced = 5;

    /// <summary>Writes nothing for a target that was not rehearsed.</summary>
    public static void Write(TextOutput to, TargetReport target)
    {
        const int column = 10;
        if (target.Rehearsal is not { } rehearsal) return;
        to.Hanging("Rehearsed", column, $"{TerminalText.Escape(target.Target)}: {Result(rehearsal)}; {FindingWords.Counted((ulong)rehearsal.Runs, "run")}");
        foreach (var line in rehearsal.Output) to.Hanging("", column, "| " + TerminalText.Escape(line));
        foreach (var reason in rehearsal.NotEnforced.GroupBy(entry => entry.Reason))
        {
            var calls = reason.Select(entry => TerminalText.Escape(entry.Call)).Distinct().ToArray();
            to.Hanging("", column, $"not enforced, {reason.Key}: {FindingWords.Listed(calls, MostNotEnforced)}");
        }
    }

    static string Result(RehearsalReport rehearsal)
    {
        var findings = FindingWords.Counted((ulong)rehearsal.Enforced, "finding");
        return rehearsal.Result switch
        {
            RehearsalResult.Passes => $"it works with {findings} enforced",
            RehearsalResult.Breaks => $"it breaks with {findings} enforced, by those that are blocking and rehearsed; without them it works",
            RehearsalResult.Unresolved => $"it breaks with {findings} enforced, and it is not known exactly by which",
            RehearsalResult.Fickle => "it now works and now does not, with the same or nothing enforced: give its input with --stdin, and --runs",
            _ => "nothing of what was found can be enforced under runc",
        };
    }
}
