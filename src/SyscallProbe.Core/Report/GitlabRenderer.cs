using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>Findings as GitLab's code quality report, which a merge request shows: an array of violations.</summary>
/// <remarks>GitLab wants a file and a line for each; a call has none, so that its program stands for it. It has no way to say that a finding is waived: such are left out.</remarks>
public static class GitlabRenderer
{
    /// <summary>Writes one array for all workloads and targets.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports) => JsonText.Write(to, json =>
    {
        var fingerprints = new Fingerprints();
        json.WriteStartArray();
        foreach (var reported in ReportedFinding.All(reports))
        {
            // Named before it is left out: the others keep their names when a waiver comes or goes.
            var fingerprint = fingerprints.Next(reported);
            if (reported.Finding.IsWaived) continue;
            Write(json, reported, fingerprint);
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
    });

    static void Write(Utf8JsonWriter json, in ReportedFinding reported, string fingerprint)
    {
        var finding = reported.Finding;
        json.WriteStartObject();
        json.WriteString("description", TerminalText.Escape(FindingWords.Message(reported.Target, finding)));
        json.WriteString("check_name", finding.Rule);
        json.WriteString("fingerprint", fingerprint);
        json.WriteString("severity", SeverityOf(finding.Consequence));
        json.WriteStartObject("location");
        json.WriteString("path", TerminalText.Escape(finding.Location?.File ?? FindingWords.Program(reported.Report, finding).TrimStart('/')));
        json.WriteStartObject("lines");
        json.WriteNumber("begin", finding.Location?.Line ?? 1);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static string SeverityOf(Consequence consequence) => consequence switch
    {
        Consequence.Blocking => "blocker",
        Consequence.Unknown => "major",
        Consequence.Degraded => "minor",
        _ => "info",
    };
}
