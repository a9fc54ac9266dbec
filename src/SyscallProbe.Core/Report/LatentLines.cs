namespace SyscallProbe.Report;

/// <summary>Latent findings for a person at a terminal: a line per target, as nothing of it has happened.</summary>
static class LatentLines
{
    const int Column = 10, MostCalls = 6;

    public static void Write(TextOutput to, TargetReport target)
    {
        if (target.Latent.IsEmpty) return;
        var refused = target.Latent.Count(finding => finding.Consequence == Consequence.Blocking);
        var calls = target.Latent.Select(finding => TerminalText.Escape($"{finding.Syscall} ({NameOf(finding.Files[0])}{(finding.Files.Count > 1 ? ", …" : "")})")).ToArray();
        to.Hanging("Latent", Column, $"{FindingWords.Counted((ulong)target.Latent.Length, "call")} in the code that no run made and that would not go as under runc on {TerminalText.Escape(target.Target)}"
            + $", {refused} of them blocking: {FindingWords.Listed(calls, MostCalls)}", TextStyle.Dim);
    }

    static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
