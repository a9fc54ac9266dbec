using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Traces;

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
    // More cannot be called small.
    const int MostChanges = 2;

    /// <summary>Recommends. Of several targets of one runtime the best verdict counts, and is named.</summary>
    /// <param name="trust">One of <see cref="Trusts.All"/>.</param>
    public static Recommendation Recommend(IReadOnlyList<TargetReport> targets, string trust, HostFacts host, Evidence evidence, WorkloadProfile profile)
    {
        if (!Trusts.All.Contains(trust)) throw UnknownTrust(trust);
        var (gvisor, kata) = (Best(targets, "gvisor"), Best(targets, "kata"));
        (string Column, PolicyFacts.Value Value)[] facts =
        [
            ("trust", new PolicyFacts.Value(trust, "--trust")),
            ("gvisor", PolicyFacts.OfVerdict(gvisor)),
            ("kata", PolicyFacts.OfVerdict(kata)),
            ("evidence", PolicyFacts.OfEvidence(evidence)),
            ("io", PolicyFacts.OfFiles(profile)),
            ("accelerator", PolicyFacts.OfAccelerator(profile)),
            ("memory", PolicyFacts.OfMemory(profile, kata)),
        ];
        var row = PackedImage.Embedded.Table("policy/recommendation").Cells([.. facts.Select(fact => fact.Column), "order", "runtime", "reason"])
            .First(row => facts.Index().All(fact => Fits(row[fact.Index], fact.Item.Value.Word)));
        var (runtime, reason) = (row[^2], row[^1]);
        var chosen = runtime switch { "gvisor" => gvisor, "kata" => kata, _ => null };
        return new Recommendation(runtime, [reason, .. Reasons(gvisor), .. Reasons(kata)], [.. Caveats(runtime, chosen, host), .. runtime == "none" ? Changes(targets, evidence) : []])
        {
            Target = chosen?.Target,
            Policy = new PolicyDecision(int.Parse(row[^3], NumberStyles.None, CultureInfo.InvariantCulture),
                [.. facts.Select((fact, index) => new PolicyFact(fact.Column, fact.Value.Word, fact.Value.Text, row[index] != "*"))]),
        };
    }

    /// <summary>Of several targets of one runtime the one with the best verdict; null where there is none.</summary>
    public static TargetReport? Best(IReadOnlyList<TargetReport> targets, string runtime) => targets
        .Where(target => target.Runtime == runtime)
        .MaxBy(target => target.Verdict.Rank());

    static bool Fits(string pattern, string word) => pattern == "*" || pattern.Split('|').Contains(word);

    static FailureException UnknownTrust(string trust) => new(new Failure(FailureCode.Usage, $"unknown trust '{trust}'", "--trust", $"one of {string.Join(", ", Trusts.All)}"));

    static IEnumerable<string> Reasons(TargetReport? target)
    {
        if (target is null) yield break;
        var blocking = target.Counted.Where(finding => finding.Consequence == Consequence.Blocking).ToArray();
        yield return target.Verdict switch
        {
            Verdict.Compatible => $"{target.Target}: compatible",
            Verdict.Caveats => $"{target.Target}: caveats, {target.Counted.Count(finding => finding.Consequence == Consequence.Degraded)} kinds of call are degraded",
            Verdict.Incompatible => $"{target.Target}: incompatible, {FindingWords.Clause(blocking[0])}{(blocking.Length > 1 ? $" and {blocking.Length - 1} more" : "")}",
            _ => $"{target.Target}: inconclusive, {target.Reasons[0]}",
        };
    }

    static (string Target, Fix Fix)? SmallestFix(IReadOnlyList<TargetReport> targets) => targets
        .SelectMany(target => target.Fixes.Select(fix => ((string, Fix)?)(target.Target, fix))).OrderBy(found => found!.Value.Item2.Verdict).ThenBy(found => found!.Value.Item2.Kind).FirstOrDefault();

    static IEnumerable<string> Caveats(string runtime, TargetReport? chosen, HostFacts host)
    {
        if (chosen is { Verdict: Verdict.Caveats })
        {
            foreach (var rule in chosen.Counted.Where(finding => finding.Consequence == Consequence.Degraded).DistinctBy(finding => finding.Rule))
            {
                yield return $"{FindingWords.Clause(rule)}: {rule.Effect ?? "degraded"} ({rule.Rule})";
            }
        }
        if (runtime == "kata" && host.HasKvm == false) yield return "this machine has no working /dev/kvm, so it cannot run Kata itself: schedule onto nodes with hardware or nested virtualization";
    }

    // What would help where no sandbox fits.
    static IEnumerable<string> Changes(IReadOnlyList<TargetReport> targets, Evidence evidence)
    {
        if (SmallestFix(targets) is var (target, fix)) yield return $"{target} {FindingWords.Fix(fix)}";
        else if (SmallestChange(targets) is { } change) yield return change;
        // Without a recording, that is what is missing, and who gave a manifest is told so.
        else if (evidence.Events > 0 && targets.Any(target => target.Verdict == Verdict.Inconclusive)) yield return "what is inconclusive may still be shown to run: the reasons of each target say what is missing";
        else if (evidence.Events > 0 || targets.All(target => target.Verdict == Verdict.Incompatible)) yield return "no single change is known that would help: each finding's remedy says what to do";
    }

    // Of what was not tried out: the target with the fewest rules in its way, if they are few and it is known that they are.
    static string? SmallestChange(IReadOnlyList<TargetReport> targets)
    {
        var nearest = targets.Select(target => (target, Rules: target.Findings.Where(finding => finding.Consequence is Consequence.Blocking or Consequence.Unknown).DistinctBy(finding => finding.Rule).ToArray()))
            .Where(found => found.Rules.Length is > 0 and <= MostChanges && found.Rules.All(rule => rule.Consequence == Consequence.Blocking))
            .OrderBy(found => found.Rules.Length).FirstOrDefault();
        return nearest.target is null ? null : $"the smallest change: for {nearest.target.Target}, {string.Join(" and ", nearest.Rules.Select(rule => $"{rule.Remedy.TrimEnd('.')} ({rule.Rule})"))}";
    }
}
