namespace SyscallProbe.Cli.Verbs;

/// <summary>Every verb, in the order of help.</summary>
static class VerbTable
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new CheckVerb(),
        new RecordVerb(),
        new RuntimeVerb(),
        new AssessVerb(),
        new RehearseVerb(),
        new VerifyVerb(),
        new MatrixListVerb(),
        new MatrixShowVerb(),
        new MatrixLookupVerb(),
        new MatrixDiffVerb(),
        new MatrixDriversVerb(),
        new MatrixImportVerb(),
        new MatrixPackVerb(),
        new MatrixProbeVerb(),
        new TraceShowVerb(),
        new TraceMergeVerb(),
        new TraceDiffVerb(),
        new ReportShowVerb(),
        new ReportDiffVerb(),
        new ManifestVerb(),
        new DoctorVerb(),
        new ExplainVerb(),
    ];

    /// <summary>The words that have verbs below them, with what these share.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Groups { get; } =
    [
        ("matrix", "what gVisor and Kata are known to do"),
        ("trace", "recorded calls"),
        ("report", "saved reports"),
    ];

    /// <summary>The verbs of a group.</summary>
    public static IEnumerable<Verb> Below(string group) => All.Where(verb => verb.Name.StartsWith(group + " ", StringComparison.Ordinal));

    /// <summary>What may follow: first words for the empty group, else second words.</summary>
    public static IEnumerable<string> NamesBelow(string group) =>
        (group.Length == 0 ? All.Select(verb => verb.Name.Split(' ')[0]) : Below(group).Select(verb => verb.Name.Split(' ')[1])).Distinct();
}
