using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Rehearsal;

/// <summary>Makes a workload meet a target's outcomes, all at once and then in parts, and turns what it does into consequences.</summary>
/// <remarks>
/// What it calls only because of an enforced outcome, its fall-back, is assessed and enforced as well, until nothing new is called. Passes means every repetition of
/// the whole passed; in the search for what breaks it most repetitions decide.
/// </remarks>
/// <param name="assess">Holds a trace against the target.</param>
/// <param name="run">Runs the workload with a plan enforced.</param>
/// <param name="repetitions">Runs for each question, at least 1.</param>
/// <param name="droppedCapabilities">What the target strips of those that the container has.</param>
/// <param name="progress">Told what is tried next, a clause.</param>
public sealed class Rehearser(
    PlanMaker maker, Func<Trace, TargetReport> assess, Func<EnforcementPlan, RehearsalRun> run, int repetitions, ulong droppedCapabilities, Action<string> progress)
{
    /// <summary>Combinations tried in the search for what breaks it; a pair among 40 takes at most 15.</summary>
    public const int MostTrials = 30;

    // One that is disturbed each time cannot be rehearsed.
    const int MostDisturbed = 4;

    // A fall-back of a fall-back is rare; what calls something new each time has no end.
    const int MostRounds = 4;

    ulong _dropped = droppedCapabilities;
    int _runs;
    ImmutableArray<string> _output = [];

    /// <summary>Rehearses the findings of a report.</summary>
    /// <param name="trace">What the report was made from: its evidence carries the verdict.</param>
    /// <returns>The report with what was learnt; findings that were only seen in the rehearsal are added.</returns>
    public TargetReport Run(TargetReport predicted, Trace trace)
    {
        var findings = predicted.Findings.ToList();
        var plan = maker.Of(findings);
        if (plan.Items.IsEmpty && _dropped == 0) return Report(predicted, trace, findings, plan, RehearsalResult.Nothing);
        var leaked = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 1; ; round++)
        {
            progress(round == 1 ? $"with all {plan.Items.Length} outcomes enforced" : $"again with {plan.Items.Length}, as it fell back on other calls");
            var whole = Whole(plan.Items);
            if (whole.Failures > 0)
            {
                if (whole.Failures < whole.Runs || whole.IsDisturbed) return Report(predicted, trace, findings, plan, RehearsalResult.Fickle);
                return Broken(predicted, trace, findings, plan);
            }
            var isNew = TakeIn(assess(whole.Trace!).Findings, findings, plan, leaked);
            // What is new in the last round has not been met: its prediction stands.
            plan = Without(leaked, isNew && round == MostRounds ? plan : maker.Of(findings));
            if (!isNew || round == MostRounds) break;
        }
        var judged = findings.ToList();
        foreach (var item in plan.Items) Judge.Passed(judged, item);
        return Report(predicted, trace, judged, plan, RehearsalResult.Passes);
    }

    TargetReport Broken(TargetReport predicted, Trace trace, List<Finding> findings, PlanItems plan)
    {
        progress("with none enforced, to see that it still works");
        if (Breaks([]))
        {
            // What it read or left the first time is not there again, or it is the capabilities.
            if (_dropped == 0) return Report(predicted, trace, findings, plan, RehearsalResult.Fickle);
            _dropped = 0;
            if (Breaks([])) return Report(predicted, trace, findings, plan, RehearsalResult.Fickle);
            // Calls that need them are refused by the plan as well, one by one: then it is known which it misses.
            progress("with the capabilities kept, as their loss alone breaks it");
            if (!Breaks(plan.Items)) return Report(predicted, trace, findings, plan, RehearsalResult.Unresolved);
        }
        var trial = 0;
        var result = Bisection.Find(plan.Items.Length, set =>
        {
            progress($"trial {++trial} of at most {MostTrials}: {set.Count} of {plan.Items.Length} outcomes enforced");
            return Breaks([.. set.Select(index => plan.Items[index])]);
        }, MostTrials);
        foreach (var set in result.Breaking) Judge.Broke(findings, [.. set.Select(index => plan.Items[index])]);
        if (result.IsComplete)
        {
            var breaking = result.Breaking.SelectMany(set => set).ToHashSet();
            for (var index = 0; index < plan.Items.Length; index++)
            {
                if (!breaking.Contains(index)) Judge.Passed(findings, plan.Items[index]);
            }
        }
        var isSettled = result.IsComplete && !result.Breaking.Any(set => set.Any(index => plan.Items[index].IsPossibleOnly));
        return Report(predicted, trace, findings, plan, isSettled ? RehearsalResult.Breaks : RehearsalResult.Unresolved);
    }

    (int Runs, int Failures, bool IsDisturbed, Trace? Trace) Whole(ImmutableArray<PlanItem> items)
    {
        Trace? merged = null;
        var failures = 0;
        var isDisturbed = false;
        for (var i = 0; i < repetitions; i++)
        {
            var once = Once(items);
            if (!once.Passed) failures++;
            isDisturbed |= !once.Passed && once.IsDisturbed;
            merged = merged is null ? once.Trace : TraceMerge.Merge(merged, once.Trace);
        }
        return (repetitions, failures, isDisturbed, merged);
    }

    bool Breaks(ImmutableArray<PlanItem> items)
    {
        int failures = 0, passes = 0;
        while (failures * 2 <= repetitions && passes * 2 < repetitions)
        {
            if (Once(items).Passed) passes++;
            else failures++;
        }
        return failures > passes;
    }

    RehearsalRun Once(ImmutableArray<PlanItem> items)
    {
        var plan = new EnforcementPlan([.. items.SelectMany(item => item.Calls)], _dropped);
        var once = run(plan);
        _runs++;
        for (var again = 0; !once.Passed && once.IsDisturbed && again < MostDisturbed; again++)
        {
            once = run(plan);
            _runs++;
        }
        if (!once.Passed && !once.LastLines.IsEmpty) _output = once.LastLines;
        return once;
    }

    // A finding that is there although it is enforced is a call that went through: its answer proves nothing.
    bool TakeIn(ImmutableArray<Finding> seen, List<Finding> findings, PlanItems plan, HashSet<string> leaked)
    {
        var known = findings.Select(IdentityOf).ToHashSet(StringComparer.Ordinal);
        var enforced = plan.Items.SelectMany(item => item.Calls).Select(call => call.Identity).ToHashSet(StringComparer.Ordinal);
        var fresh = seen.Where(finding => !known.Contains(IdentityOf(finding))).ToList();
        foreach (var call in maker.Of(seen).Items.Where(item => !item.IsPossibleOnly).SelectMany(item => item.Calls))
        {
            if (call.Errno is not null && enforced.Contains(call.Identity)) leaked.Add(call.Identity);
        }
        findings.AddRange(fresh);
        return maker.Of(fresh).Items.SelectMany(item => item.Calls).Any(call => !enforced.Contains(call.Identity));
    }

    static PlanItems Without(HashSet<string> leaked, PlanItems plan)
    {
        if (leaked.Count == 0) return plan;
        var (out_, kept) = (plan.Items.Where(IsLeaked).ToArray(), plan.Items.Where(item => !IsLeaked(item)));
        return new PlanItems([.. kept], [.. plan.Left, .. out_.SelectMany(item => item.Findings).Select(index => new NotEnforced(index, "calls of this kind went through all the same"))]);

        bool IsLeaked(PlanItem item) => item.Calls.Any(call => leaked.Contains(call.Identity));
    }

    static string IdentityOf(Finding finding) =>
        $"{finding.Rule} {FindingWords.Call(finding)} {finding.Outcome} {finding.Errno?.Value}";

    TargetReport Report(TargetReport predicted, Trace trace, List<Finding> findings, PlanItems plan, RehearsalResult result)
    {
        var enforced = plan.Items.SelectMany(item => item.Findings).Distinct().Count();
        var left = plan.Left.Select(entry => new NotEnforcedFinding(findings[entry.Finding].Rule, FindingWords.Call(findings[entry.Finding]), entry.Reason));
        var judged = Assessor.Judged(predicted, trace.Evidence, findings);
        if (result is RehearsalResult.Unresolved or RehearsalResult.Fickle)
        {
            const string broke = "it broke in the rehearsal, and no finding is known to be why";
            judged = judged with { Gaps = judged.Gaps.Add(broke) };
            if (Runs(judged.Verdict)) judged = judged with { Verdict = Verdict.Inconclusive, Reasons = [broke] };
        }
        var (couldRun, canRun) = (Runs(predicted.Verdict), Runs(judged.Verdict));
        return judged with
        {
            // Both were made from the prediction: a workload that runs needs no change, and one that proved not to is compatible from no release that was so found.
            Fixes = canRun ? [] : judged.Fixes,
            MinimumRelease = couldRun && !canRun ? null : judged.MinimumRelease,
            Rehearsal = new RehearsalReport(result, _runs, enforced, [.. left.Distinct()], result is RehearsalResult.Passes or RehearsalResult.Nothing ? [] : _output),
        };
    }

    static bool Runs(Verdict verdict) => verdict is Verdict.Compatible or Verdict.Caveats;
}
