namespace SyscallProbe.Report;

/// <summary>A verification for a person at a terminal, beside the evidence, as it is the best there is.</summary>
static class VerificationLines
{
    const int MostDefects = 10;

    /// <summary>Writes nothing for a target that was not verified.</summary>
    public static void Write(TextOutput to, TargetReport target)
    {
        const int column = 10;
        if (target.Verification is not { } verification) return;
        to.Hanging("Verified", column, $"{TerminalText.Escape(target.Target)} on {verification.Platform}: {Result(verification.Result)}; {FindingWords.Counted((ulong)verification.Kinds, "kind")} of call"
            + (verification.Unparsed > 0 ? $", {FindingWords.Counted(verification.Unparsed, "line")} of its log not understood" : ""));
        foreach (var line in verification.Output) to.Hanging("", column, "| " + TerminalText.Escape(line));
        if (verification.Parting is { } parting)
        {
            to.Hanging("", column, TerminalText.Escape($"parts from runc at {parting.Call}: {parting.Sandbox}, {parting.Runc} under runc; {(parting.Rule is { } rule ? $"predicted by {rule}" : "not predicted")}"));
        }
        foreach (var defect in verification.Defects.Take(MostDefects))
        {
            to.Hanging("", column, TerminalText.Escape($"not as predicted: {defect.Call} {defect.Predicted}{(defect.Rule is { } rule ? $" by {rule}" : "")}; it gave {defect.Got}"));
        }
        if (verification.Defects.Length > MostDefects) to.Hanging("", column, $"not as predicted: {verification.Defects.Length - MostDefects} more");
    }

    static string Result(VerificationResult result) => result switch
    {
        VerificationResult.Works => "it works there",
        VerificationResult.Fails => "it fails there",
        _ => "it is not known whether it works there",
    };
}
