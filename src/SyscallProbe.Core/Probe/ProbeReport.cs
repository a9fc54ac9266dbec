using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Probe;

/// <summary>A case with what it gave.</summary>
/// <param name="Sandbox">Under the real runsc.</param>
/// <param name="Linux">Under runc; absent where it was not run.</param>
/// <param name="Known">Why a disagreement is known and stays; null for one that is not, and for all that agrees.</param>
public sealed record ProbedCase(ProbeCase Case, ProbeOutcome Sandbox, ProbeOutcome Linux, string? Known)
{
    /// <summary>Null where there is nothing to compare.</summary>
    public bool? Agrees => Case.AgreesWith(Sandbox);

    /// <summary>Whether gVisor really gives another outcome than Linux; null where one of them is not known.</summary>
    public bool? Diverges => Sandbox.IsMeasured && Linux.IsMeasured ? Sandbox.IsSuccess != Linux.IsSuccess || Sandbox.Errno != Linux.Errno : null;
}

/// <summary>What a run of the probe shows of a release's rules. A rule agrees when each of its cases does.</summary>
public sealed record ProbeReport(string Release, ProbePlan Plan, ImmutableArray<ProbedCase> Cases)
{
    /// <summary>Holds outcomes against predictions.</summary>
    /// <param name="sandbox">By case id, under runsc.</param>
    /// <param name="linux">By case id, under runc; empty where it was not run.</param>
    public static ProbeReport Of(Release release, ProbePlan plan, IReadOnlyDictionary<string, ProbeOutcome> sandbox, IReadOnlyDictionary<string, ProbeOutcome> linux)
    {
        var known = KnownDisagreements(release);
        return new ProbeReport(GvisorReleases.Known.NameOf(release), plan, [.. plan.Cases.Select(probe =>
        {
            var outcome = sandbox.GetValueOrDefault(probe.Id, ProbeOutcome.Absent);
            var reason = probe.AgreesWith(outcome) == false && known.TryGetValue((probe.Query, probe.Configuration), out var row) && row.Observed == outcome.ToString() ? row.Reason : null;
            return new ProbedCase(probe, outcome, linux.GetValueOrDefault(probe.Id, ProbeOutcome.Absent), reason);
        })]);
    }

    /// <summary>Rules of which at least one case was made and compared.</summary>
    public int ProbedRules => ByRule.Count(rule => rule.Any(probed => probed.Agrees is not null));

    public int DisagreeingRules => ByRule.Count(rule => rule.Any(probed => probed.Agrees == false));

    /// <summary>Rules that make a difference to Linux at all, of those that were probed under both.</summary>
    public int DivergingRules => ByRule.Count(rule => rule.Any(probed => probed.Diverges == true));

    public IEnumerable<ProbedCase> Disagreements => Cases.Where(probed => probed.Agrees == false);

    /// <summary>Cases that showed nothing: not predicted, or the call was not reached.</summary>
    public IEnumerable<ProbedCase> Undecided => Cases.Where(probed => probed.Agrees is null);

    IEnumerable<IGrouping<string, ProbedCase>> ByRule => Cases.GroupBy(probed => probed.Case.Rule);

    // data/gvisor/disagreements.csv: what is left standing, each with what the sandbox says and why.
    static Dictionary<(string Query, string Configuration), (string Observed, string Reason)> KnownDisagreements(Release release)
    {
        var table = PackedImage.Embedded.Table("gvisor/disagreements");
        var known = new Dictionary<(string, string), (string, string)>();
        for (var row = 0; row < table.RowCount; row++)
        {
            string Cell(string column) => table.Text(row, table.Column(column));
            var where = $"data/gvisor/disagreements.csv:{row + 2}";
            if (GvisorReleases.Known.Parse(Cell("since"), where) > release || (Cell("until") is { Length: > 0 } until && GvisorReleases.Known.Parse(until, where) < release)) continue;
            known[(Cell("query"), Cell("configuration"))] = (Cell("observed"), Cell("reason"));
        }
        return known;
    }
}
