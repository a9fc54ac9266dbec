using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>Reads a saved report; every error names the file and the place inside.</summary>
static class ReportReader
{
    public static IReadOnlyList<CheckReport> Read(ReadOnlyMemory<byte> json, string file) =>
        JsonPlace.Read(json, new JsonPlace.Source(file, "save it with `syscallprobe check -f json -o FILE`"), "a report", Read);

    static CheckReport[] Read(JsonPlace root)
    {
        var version = root.Number<int>("schemaVersion");
        if (version != CheckReport.SchemaVersion) throw root["schemaVersion"].Bad($"expected schemaVersion {CheckReport.SchemaVersion}, found {version}");
        var tool = root["tool"].Text("version");
        return root.Has("reports") ? [.. root.Items("reports").Select(report => ReadBody(report, tool))] : [ReadBody(root, tool)];
    }

    static CheckReport ReadBody(JsonPlace report, string tool)
    {
        var recommendation = report["recommendation"];
        return new CheckReport(tool, SubjectJson.Read(report["subject"]), EvidenceJson.Read(report["evidence"]), [.. report.Items("targets").Select(ReadTarget)],
            new Recommendation(recommendation.Text("runtime"), [.. recommendation.Texts("reasons")], [.. recommendation.Texts("caveats")])
            {
                Target = recommendation.TextOrNull("target"),
                Policy = recommendation.Has("policy") ? PolicyDecision.Read(recommendation["policy"]) : null,
            })
        {
            Kinds = report["evidence"].NumberOrNull<int>("kinds"),
            Profile = report.Has("profile") ? WorkloadProfile.Read(report["profile"]) : null,
            Waivers = [.. WaiverJson.Read(report)],
            Workload = report.Has("workload") ? ReadWorkload(report["workload"]) : null,
            SingleRunKinds = report["evidence"].Has("saturation") ? report["evidence"]["saturation"].NumberOrNull<int>("singleRunKinds") : null,
        };
    }

    static ManifestWorkload ReadWorkload(JsonPlace workload) =>
        new(workload.Text("kind"), workload.TextOrNull("namespace"), workload.Text("name"), workload.Text("file"), workload.Number<int>("line"));

    static TargetReport ReadTarget(JsonPlace target) =>
        new(target.Text("target"), target.Word<Verdict>("verdict"), target.TextOrNull("minimumRelease"),
            [.. target.Has("reasons") ? target.Texts("reasons") : []], [.. target.Items("findings").Select(ReadFinding)])
        {
            Fixes = [.. target.Has("fixes") ? target.Items("fixes").Select(ReadFix) : []],
            Rehearsal = RehearsalJson.Read(target),
            Verification = VerificationJson.Read(target),
            Baseline = BaselineJson.Read(target),
            Latent = [.. LatentFindingJson.Read(target)],
        };

    static Fix ReadFix(JsonPlace fix) =>
        new(fix.Word<FixKind>("kind"), fix.Text("target"), fix.TextOrNull("capability"), fix.Word<Verdict>("verdict"), fix.Text("text"));

    static Finding ReadFinding(JsonPlace finding)
    {
        var observed = finding["observed"];
        var result = observed.Text("result");
        return new Finding(finding.Text("rule"), finding.TextOrNull("syscall"), [.. finding.TextPairs("arguments")], finding.TextOrNull("path"),
            finding.Word<OutcomeKind>("outcome"), ReadErrno(finding), finding.TextOrNull("condition"),
            new Observed(observed.Number<ulong>("count"),
                Result.TryParse(result, out var parsed) ? parsed : throw observed["result"].Bad($"expected success, never or an errno, found '{result}'")),
            finding.Word<Consequence>("consequence"), finding.Word<Certainty>("certainty"), [.. finding.Texts("executables")], finding.Word<Phase>("phase"),
            finding.Has("location") ? ReadLocation(finding["location"]) : null, finding.TextOrNull("effect"), finding.Text("remedy"))
        {
            AssessedConsequence = finding.Has("assessedConsequence") ? finding.Word<Consequence>("assessedConsequence") : null,
            Waiver = WaiverJson.ReadOf(finding),
            Baseline = BaselineJson.ReadOf(finding),
            Runs = observed.NumberOrNull<int>("runs"),
            Stack = [.. finding.Has("stack") ? finding.Texts("stack") : []],
        };
    }

    internal static Errno? ReadErrno(JsonPlace finding) =>
        finding.TextOrNull("errno") is not { } text ? null : Errno.TryParse(text, out var errno) ? errno : throw finding["errno"].Bad($"expected an errno, found '{text}'");

    static Location ReadLocation(JsonPlace location) => new(location.Text("file"), location.Number<int>("line"), location.Text("field"));
}
