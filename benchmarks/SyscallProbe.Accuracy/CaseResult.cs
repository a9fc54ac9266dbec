using System.Text;
using SyscallProbe.Matrix;

namespace SyscallProbe.Accuracy;

/// <summary>What one case was called, by us and by the baselines; a line of the results file.</summary>
/// <param name="Check">Verdict of <c>check</c>; <c>error</c> where the tool did not give one.</param>
/// <param name="CauseAt">Place of the true cause among the findings, from 1; 0 where it is not among them, or the case works.</param>
/// <param name="Rehearse">The same with <c>--rehearse</c>; empty where it was not run.</param>
/// <param name="Unsupported">Baseline: incompatible where a call is listed as unsupported by <c>runsc help syscalls</c>.</param>
/// <param name="Partial">Baseline: incompatible where a call is listed as unsupported or partial.</param>
sealed record CaseResult(string Case, string Check, int CauseAt, string Rehearse, int RehearsedCauseAt, string Unsupported, string Partial)
{
    static readonly string[] s_header = ["case", "check", "causeAt", "rehearse", "rehearsedCauseAt", "unsupported", "partial"];

    /// <summary>Reads a results file; empty where there is none.</summary>
    public static SortedDictionary<string, CaseResult> Read(string path)
    {
        var results = new SortedDictionary<string, CaseResult>(StringComparer.Ordinal);
        if (!File.Exists(path)) return results;
        using var stream = File.OpenRead(path);
        foreach (var row in CsvFile.Read(path, stream).Rows)
        {
            results[row[0]] = new CaseResult(row[0], row[1], int.Parse(row[2]), row[3], int.Parse(row[4]), row[5], row[6]);
        }
        return results;
    }

    /// <summary>Replaces a results file whole, so that a run that is cut short loses one case at most.</summary>
    public static void Write(string path, IEnumerable<CaseResult> results)
    {
        var text = new StringBuilder();
        CsvFile.AppendLine(text, s_header);
        foreach (var r in results)
        {
            CsvFile.AppendLine(text, [r.Case, r.Check, $"{r.CauseAt}", r.Rehearse, $"{r.RehearsedCauseAt}", r.Unsupported, r.Partial]);
        }
        var temporary = path + ".new";
        File.WriteAllText(temporary, text.ToString());
        File.Move(temporary, path, overwrite: true);
    }
}
