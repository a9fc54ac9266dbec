using System.Collections.Immutable;
using SyscallProbe.Assessment;

namespace SyscallProbe.Report;

/// <summary>How a finding stands to an earlier report.</summary>
public enum BaselineState
{
    /// <summary>The earlier report has no such finding, or had it waived.</summary>
    New,

    /// <summary>It has, with a consequence less severe.</summary>
    Worse,

    /// <summary>It has, as severe or more.</summary>
    Unchanged,
}

/// <summary>How a target stands to an earlier report.</summary>
/// <param name="Target">The earlier report's; null where it has no such workload.</param>
/// <param name="Before">The earlier verdict; null where there is none.</param>
/// <param name="New">Findings of which the earlier report has none.</param>
/// <param name="Worse">Findings that are more severe now.</param>
/// <param name="Gone">Findings that only the earlier report has.</param>
/// <param name="Gate">The verdict if only what is new or worse counts: what the exit code is made of.</param>
public sealed record BaselineResult(string? Target, Verdict? Before, int New, int Worse, int Gone, Verdict Gate);

/// <summary>An earlier report that a gate takes as accepted: it fails only on what is new or worse. The evidence of the new report has to carry a verdict all the same.</summary>
public sealed class Baseline
{
    const string Fix = "save one with `syscallprobe assess -f json -o FILE` for the same workload and targets";

    readonly IReadOnlyList<CheckReport> _reports;
    readonly string _file;

    Baseline(IReadOnlyList<CheckReport> reports, string file) => (_reports, _file) = (reports, file);

    /// <summary>Reads a report that was saved with <c>-f json</c>.</summary>
    /// <param name="file">As messages name it.</param>
    /// <exception cref="FailureException">It is no report or of another schema version; says where.</exception>
    public static Baseline Read(ReadOnlyMemory<byte> json, string file) => new(ReportJson.Read(json, file), file);

    /// <summary>Refuses a baseline that says nothing of a target: all of its findings would be new, or worse, taken for another's.</summary>
    /// <param name="targets">As in <c>--target</c>, with the release filled in.</param>
    /// <exception cref="FailureException">A runtime is in none of its reports.</exception>
    public void Require(IEnumerable<string> targets)
    {
        var known = _reports.SelectMany(report => report.Targets).Select(target => target.Runtime).ToHashSet(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            if (!known.Contains(RuntimeOf(target))) throw Bad($"the baseline has no verdict on {target}; expected one of its runtime, found {(known.Count == 0 ? "none" : string.Join(", ", known.Order(StringComparer.Ordinal)))}");
        }
    }

    /// <summary>The report with each finding held against the baseline.</summary>
    /// <exception cref="FailureException">The baseline is of another kind of workload or of another architecture.</exception>
    public CheckReport Compared(CheckReport report)
    {
        var before = Counterpart(report);
        if (before is null) return report with { Targets = [.. report.Targets.Select(target => Compared(null, target))] };
        if (before.Subject.Arch != report.Subject.Arch) throw Bad($"the baseline is of {before.Subject.Arch.Name()}; expected {report.Subject.Arch.Name()}");
        return report with { Targets = [.. from diff in ReportDiff.Of(before, report) where diff.After is not null select Compared(diff.Before, diff.After!)] };
    }

    // A workload of a manifest is known by its name, and one that is not there is new. A command is the only one of its report.
    CheckReport? Counterpart(CheckReport report)
    {
        static (string, string?, string)? KeyOf(CheckReport of) => of.Workload is { } workload ? (workload.Kind, workload.Namespace, workload.Name) : null;
        if (report.Workload is null && (_reports.Count != 1 || _reports[0].Workload is not null)) throw Bad("the baseline is of workloads in a manifest; expected the report of a command");
        if (report.Workload is not null && _reports.Any(other => other.Workload is null)) throw Bad($"the baseline is of a command; expected one of {report.Workload}");
        return _reports.FirstOrDefault(other => KeyOf(other) == KeyOf(report));
    }

    static TargetReport Compared(TargetReport? before, TargetReport target)
    {
        // What was waived then counts again when it is not waived now.
        var known = (before?.Findings ?? []).Where(finding => !finding.IsWaived).GroupBy(ReportDiff.KeyOf).ToDictionary(group => group.Key, group => group.Min(finding => finding.Consequence.Rank()));
        ImmutableArray<Finding> findings = [.. target.Findings.Select(finding => finding with { Baseline = StateOf(finding, known) })];
        var here = findings.Select(ReportDiff.KeyOf).ToHashSet(StringComparer.Ordinal);
        var gate = Verdicts.Again(target, findings.Where(finding => finding.Counts)).Verdict;
        int Number(BaselineState state) => findings.Count(finding => finding.Baseline == state && !finding.IsWaived);
        return target with
        {
            Findings = findings,
            Baseline = new BaselineResult(before?.Target, before?.Verdict, Number(BaselineState.New), Number(BaselineState.Worse), known.Keys.Count(key => !here.Contains(key)), gate),
        };
    }

    static BaselineState StateOf(Finding finding, Dictionary<string, int> known) =>
        !known.TryGetValue(ReportDiff.KeyOf(finding), out var rank) ? BaselineState.New : finding.Consequence.Rank() < rank ? BaselineState.Worse : BaselineState.Unchanged;

    static string RuntimeOf(string target) => target.Split('@', ',')[0];

    FailureException Bad(string what) => new(new Failure(FailureCode.BadInput, what, _file, Fix));
}
