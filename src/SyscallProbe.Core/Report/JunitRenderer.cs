using System.Globalization;
using System.Xml;

namespace SyscallProbe.Report;

/// <summary>Reports as JUnit XML: a suite for each target, in it a case for the verdict and one for each finding.</summary>
/// <remarks>
/// A case fails where the gate would: <c>failure</c> is incompatible or blocking, <c>error</c> inconclusive or unknown, <c>skipped</c> a caveat or degraded; what is harmless passes. A waived
/// finding is skipped with the waiver's statement, and so is what a baseline has already.
/// No times: a report has none, and the same report gives the same bytes.
/// </remarks>
public static class JunitRenderer
{
    static readonly XmlWriterSettings s_settings = new() { Indent = true, IndentChars = "  ", NewLineChars = "\n", OmitXmlDeclaration = true, ConformanceLevel = ConformanceLevel.Fragment };

    enum Case
    {
        Passes,
        Skipped,
        Error,
        Failure,
    }

    /// <summary>Writes one document.</summary>
    public static void Write(TextWriter to, IReadOnlyList<CheckReport> reports)
    {
        to.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        using (var xml = XmlWriter.Create(to, s_settings))
        {
            var all = reports.SelectMany(report => report.Targets).SelectMany(CasesOf);
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", "syscallprobe");
            WriteCounts(xml, all, withSkipped: false);
            foreach (var report in reports)
            {
                foreach (var target in report.Targets) WriteSuite(xml, report, target, reports.Count > 1);
            }
            xml.WriteEndElement();
        }
        to.Write('\n');
    }

    static void WriteSuite(XmlWriter xml, CheckReport report, TargetReport target, bool isOneOfSeveral)
    {
        var workload = EvidenceLines.Title(report);
        var name = isOneOfSeveral ? $"{target.Target}: {workload}" : target.Target;
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", name);
        WriteCounts(xml, CasesOf(target), withSkipped: true);
        xml.WriteStartElement("properties");
        Property(xml, "workload", workload);
        if (!report.IsSpecificationOnly) Property(xml, "evidence", EvidenceLines.Of(report.Evidence, report.Kinds));
        Property(xml, "recommendation", report.Recommendation.Runtime);
        xml.WriteEndElement();
        WriteCase(xml, name, "verdict", CaseOf(target.GateVerdict), target.Verdict.Word(), FindingWords.Summary(report, target), [.. target.Reasons, .. target.Fixes.Select(FindingWords.Fix), .. GateLines.Of(report), .. GateLines.Of(target) is { } line ? [line] : Array.Empty<string>()]);
        // Readers take two cases of one name for one.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in target.Findings)
        {
            var call = $"{finding.Rule} {FindingWords.Call(finding)}";
            var number = seen[call] = seen.GetValueOrDefault(call) + 1;
            WriteCase(xml, name, number == 1 ? call : $"{call} ({number})", CaseOf(finding), finding.Consequence.Word(), FindingWords.Clause(finding), FindingWords.Details(finding));
        }
        xml.WriteEndElement();
    }

    static void WriteCase(XmlWriter xml, string suite, string name, Case kind, string type, string message, IEnumerable<string> details)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", name);
        Attribute(xml, "classname", suite);
        if (kind == Case.Passes)
        {
            xml.WriteElementString("system-out", Safe($"{type}: {message}") + Lines(details));
        }
        else
        {
            xml.WriteStartElement(kind switch { Case.Failure => "failure", Case.Error => "error", _ => "skipped" });
            Attribute(xml, "type", type);
            Attribute(xml, "message", message);
            xml.WriteString(Lines(details).TrimStart('\n'));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    static void WriteCounts(XmlWriter xml, IEnumerable<Case> cases, bool withSkipped)
    {
        var counts = new int[4];
        foreach (var kind in cases) counts[(int)kind]++;
        Attribute(xml, "tests", Number(counts.Sum()));
        Attribute(xml, "failures", Number(counts[(int)Case.Failure]));
        Attribute(xml, "errors", Number(counts[(int)Case.Error]));
        if (withSkipped) Attribute(xml, "skipped", Number(counts[(int)Case.Skipped]));
    }

    static IEnumerable<Case> CasesOf(TargetReport target) => target.Findings.Select(CaseOf).Prepend(CaseOf(target.GateVerdict));

    static Case CaseOf(Verdict verdict) => verdict switch
    {
        Verdict.Compatible => Case.Passes,
        Verdict.Caveats => Case.Skipped,
        Verdict.Incompatible => Case.Failure,
        _ => Case.Error,
    };

    static Case CaseOf(Finding finding) => finding.Consequence switch
    {
        Consequence.Harmless => Case.Passes,
        _ when !finding.Counts => Case.Skipped,
        Consequence.Degraded => Case.Skipped,
        Consequence.Blocking => Case.Failure,
        _ => Case.Error,
    };

    static void Property(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        Attribute(xml, "name", name);
        Attribute(xml, "value", value);
        xml.WriteEndElement();
    }

    static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Safe(value));

    static string Lines(IEnumerable<string> details) => string.Concat(details.Select(line => "\n" + Safe(line)));

    // XML 1.0 has no way to write most control characters; what terminals must not see covers them all.
    static string Safe(string text) => TerminalText.Escape(text);

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
