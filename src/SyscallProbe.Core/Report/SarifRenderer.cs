using System.Text.Json;

namespace SyscallProbe.Report;

/// <summary>Findings as SARIF 2.1.0 (OASIS, errata 01), for code scanning: one run with the rules' texts and at most <see cref="MostResults"/> results.</summary>
/// <remarks>
/// Of more findings the most severe are kept, and a notification says how many were left out. A call has no place in a source file: its program stands for it, relative to
/// the container's root, and the call itself is a logical location.
/// </remarks>
public static class SarifRenderer
{
    /// <summary>What GitHub's code scanning shows of a run.</summary>
    public const int MostResults = 5_000;

    /// <summary>Writes one log for all workloads and targets.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports) => JsonText.Write(to, json =>
    {
        var quota = new SeverityQuota(ReportedFinding.All(reports).Select(reported => reported.Finding), MostResults);
        ReportedFinding[] kept = [.. ReportedFinding.All(reports).Where(reported => quota.Takes(reported.Finding))];
        var rules = SarifRules.Of(kept);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "SyscallProbe");
        if (reports.Count > 0) json.WriteString("semanticVersion", reports[0].ToolVersion);
        rules.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteInvocation(json, reports, quota.LeftOut);
        json.WriteStartObject("originalUriBaseIds");
        json.WriteStartObject(SarifPlaces.Root);
        WriteMessage(json, "description", "The root of the workload's file system.");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        var fingerprints = new Fingerprints();
        foreach (var reported in kept)
        {
            WriteResult(json, reported, rules.IndexOf(reported.Finding.Rule), fingerprints.Next(reported));
            JsonText.FlushLarge(json);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static void WriteInvocation(Utf8JsonWriter json, IReadOnlyList<CheckReport> reports, int leftOut)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteStartArray("toolExecutionNotifications");
        if (leftOut > 0)
        {
            WriteNotification(json, "warning", $"{FindingWords.Counted((ulong)leftOut, "finding")} left out, the least severe: code scanning shows {MostResults:N0} at most. Render the saved report with another format for all of them.");
        }
        foreach (var report in reports)
        {
            foreach (var target in report.Targets)
            {
                var level = target.Verdict switch { Verdict.Compatible => "note", Verdict.Caveats => "warning", _ => "error" };
                WriteNotification(json, level, $"{EvidenceLines.Title(report)} under {target.Target}: {target.Verdict.Word()}. {FindingWords.Summary(report, target)}");
                if (GateLines.Of(target) is { } line) WriteNotification(json, "note", line);
            }
            foreach (var waiver in report.Waivers.Where(waiver => waiver.State != WaiverState.Applied)) WriteNotification(json, "warning", GateLines.Of(waiver));
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void WriteNotification(Utf8JsonWriter json, string level, string text)
    {
        json.WriteStartObject();
        json.WriteString("level", level);
        WriteMessage(json, "message", text);
        json.WriteEndObject();
    }

    static void WriteResult(Utf8JsonWriter json, in ReportedFinding reported, int ruleIndex, string fingerprint)
    {
        var (report, target, finding) = reported;
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", LevelOf(finding.Consequence));
        // SARIF 2.1.0, 3.27.24: a result that differs from the baseline's is updated.
        if (finding.Baseline is { } state) json.WriteString("baselineState", state switch { BaselineState.New => "new", BaselineState.Worse => "updated", _ => "unchanged" });
        WriteMessage(json, "message", FindingWords.Message(target, finding));
        SarifPlaces.Write(json, report, finding);
        json.WriteStartObject("partialFingerprints");
        json.WriteString(Fingerprints.Scheme, fingerprint);
        json.WriteEndObject();
        WriteSuppression(json, finding);
        json.WriteStartObject("properties");
        json.WriteString("target", target.Target);
        json.WriteString("workload", EvidenceLines.Title(report));
        json.WriteString("consequence", finding.Consequence.Word());
        json.WriteString("certainty", finding.Certainty.Word());
        json.WriteString("outcome", finding.Outcome.Word());
        json.WriteString("errno", finding.Errno?.Name);
        json.WriteNumber("calls", finding.Observed.Count);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // One that has expired is in the message and suppresses nothing: viewers hide what has an accepted suppression.
    static void WriteSuppression(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Waiver is not { IsExpired: false } waiver) return;
        json.WriteStartArray("suppressions");
        json.WriteStartObject();
        json.WriteString("kind", "external");
        json.WriteString("status", "accepted");
        json.WriteString("justification", TerminalText.Escape($"{waiver.Statement} (until {WaiverJson.Text(waiver.Expires)})"));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Writes a plain text message, in which braces, brackets and backslashes have a meaning (SARIF 2.1.0, 3.11.5 and 3.11.6).</summary>
    internal static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", Plain(text));
        json.WriteEndObject();
    }

    /// <summary>Text of a message that stands for itself: no placeholder and no link.</summary>
    internal static string Plain(string text) =>
        TerminalText.Escape(text).Replace(@"\", @"\\").Replace("[", @"\[").Replace("]", @"\]").Replace("{", "{{").Replace("}", "}}");

    static string LevelOf(Consequence consequence) => consequence switch
    {
        Consequence.Blocking => "error",
        Consequence.Harmless => "note",
        _ => "warning",
    };
}
