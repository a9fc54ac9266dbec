using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Report;

namespace SyscallProbe.Recommend;

/// <summary>What the workload is trusted with: the words of <c>--trust</c>.</summary>
public static class Trusts
{
    public const string Default = "untrusted";

    public static IReadOnlyList<string> All { get; } = ["untrusted", "trusted", "multi-tenant", "compliance"];
}

/// <summary>What the machine at hand says about running the recommendation; never part of a verdict on the workload.</summary>
/// <param name="HasKvm">Whether /dev/kvm can be opened; null when it was not looked for, as when assessing a trace from elsewhere.</param>
public sealed record HostFacts(bool? HasKvm);

/// <summary>Chooses one runtime by the policy of <c>data/policy/recommendation.csv</c>: the first row that fits decides.</summary>
public static class Recommender
{
    const string NotAssessed = "none";

    /// <summary>Recommends from the verdicts. Of several targets of one runtime the best verdict counts, and is named.</summary>
    /// <param name="trust">One of <see cref="Trusts.All"/>.</param>
    public static Recommendation Recommend(IReadOnlyList<TargetReport> targets, string trust, HostFacts host)
    {
        var gvisor = Best(targets, "gvisor");
        var kata = Best(targets, "kata");
        var (runtime, reason) = Policy(trust, gvisor?.Verdict.Word() ?? NotAssessed, kata?.Verdict.Word() ?? NotAssessed);
        var chosen = runtime switch { "gvisor" => gvisor, "kata" => kata, _ => null };
        return new Recommendation(runtime, [reason, .. Reasons(gvisor), .. Reasons(kata)], [.. Caveats(runtime, chosen, host, targets)]);
    }

    static TargetReport? Best(IReadOnlyList<TargetReport> targets, string runtime) => targets
        .Where(target => target.Runtime == runtime)
        .MaxBy(target => target.Verdict.Rank());

    static (string Runtime, string Reason) Policy(string trust, string gvisor, string kata)
    {
        var table = PackedImage.Embedded.Table("policy/recommendation");
        int trustAt = table.Column("trust"), gvisorAt = table.Column("gvisor"), kataAt = table.Column("kata");
        for (var row = 0; row < table.RowCount; row++)
        {
            if (table.Text(row, trustAt) == trust && Fits(table.Text(row, gvisorAt), gvisor) && Fits(table.Text(row, kataAt), kata))
            {
                return (table.Text(row, table.Column("runtime")), table.Text(row, table.Column("reason")));
            }
        }
        throw new FailureException(new Failure(FailureCode.Usage, $"unknown trust '{trust}'", "--trust", $"one of {string.Join(", ", Trusts.All)}"));
    }

    static bool Fits(string pattern, string verdict) => pattern == "*" || pattern.Split('|').Contains(verdict);

    static IEnumerable<string> Reasons(TargetReport? target)
    {
        if (target is null) yield break;
        var blocking = target.Findings.Where(finding => finding.Consequence == Consequence.Blocking).ToArray();
        yield return target.Verdict switch
        {
            Verdict.Compatible => $"{target.Target}: compatible",
            Verdict.Caveats => $"{target.Target}: caveats, {target.Findings.Count(finding => finding.Consequence == Consequence.Degraded)} kinds of call are degraded",
            Verdict.Incompatible => $"{target.Target}: incompatible, {FindingWords.Clause(blocking[0])}{(blocking.Length > 1 ? $" and {blocking.Length - 1} more" : "")}",
            _ => $"{target.Target}: inconclusive, {target.Reasons[0]}",
        };
    }

    static (string Target, Fix Fix)? SmallestFix(IReadOnlyList<TargetReport> targets) => targets
        .SelectMany(target => target.Fixes.Select(fix => ((string, Fix)?)(target.Target, fix))).OrderBy(found => found!.Value.Item2.Verdict).ThenBy(found => found!.Value.Item2.Kind).FirstOrDefault();

    static IEnumerable<string> Caveats(string runtime, TargetReport? chosen, HostFacts host, IReadOnlyList<TargetReport> targets)
    {
        if (chosen is { Verdict: Verdict.Caveats })
        {
            foreach (var rule in chosen.Findings.Where(finding => finding.Consequence == Consequence.Degraded).DistinctBy(finding => finding.Rule))
            {
                yield return $"{FindingWords.Clause(rule)}: {rule.Effect ?? "degraded"} ({rule.Rule})";
            }
        }
        if (runtime == "kata" && host.HasKvm == false) yield return "this machine has no working /dev/kvm, so it cannot run Kata itself: schedule onto nodes with hardware or nested virtualization";
        if (runtime == "none") yield return SmallestFix(targets) is var (target, fix) ? $"{target} {FindingWords.Fix(fix)}" : "no single change is known that would help: each finding's remedy says what to do";
    }
}
