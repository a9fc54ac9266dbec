using System.Collections.Immutable;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Holds a trace against targets: outcomes, divergences, findings, verdict.</summary>
public static class Assessor
{
    /// <summary>Assesses one trace against one target, and says from which release on it is compatible and what would help where it is not.</summary>
    /// <param name="arch">The machine's own ABI.</param>
    /// <param name="remedyOf">The first advice of a finding's page by rule id.</param>
    /// <exception cref="FailureException">The target is not known.</exception>
    public static TargetReport Assess(Trace trace, Target target, Abi arch, Func<string, string> remedyOf)
    {
        var report = Assess(trace, TargetModels.Of(target, arch), remedyOf);
        return report with
        {
            MinimumRelease = MinimumRelease.Of(trace, target, arch, Verdict.Compatible),
            Fixes = report.Verdict is Verdict.Incompatible or Verdict.Inconclusive ? FixSearch.Of(trace, target, arch) : [],
        };
    }

    /// <summary>Assesses one trace against one target, and nothing beside it. Cost: one prediction an observation.</summary>
    /// <param name="remedyOf">The first advice of a finding's page by rule id.</param>
    public static TargetReport Assess(Trace trace, ITargetModel model, Func<string, string> remedyOf)
    {
        var findings = new List<Finding>();
        var indexes = new Dictionary<FindingKey, int>();
        var taken = TakenErrors.Of(trace);
        foreach (var observation in trace.Observations)
        {
            if (observation.Phase == Phase.Init) continue;
            var call = Call.Of(observation, trace.Capabilities);
            if (Worst(observation, call, model.Predict(call), taken) is not { } divergent) continue;

            var finding = FindingOf(observation, call, divergent.Outcome, divergent.Consequence, remedyOf) with { Runs = trace.Evidence.Runs > 1 ? observation.Runs : null };
            var key = new FindingKey(finding.Rule, call.Abi, call.Nr, Text(finding.Arguments), finding.Path, finding.Outcome, observation.Result);
            if (indexes.TryAdd(key, findings.Count)) findings.Add(finding);
            else findings[indexes[key]] = Merged(findings[indexes[key]], finding);
        }
        return Judged(new TargetReport(model.Target.ToString(), default, MinimumRelease: null, [], []), trace.Evidence, findings);
    }

    /// <summary>The report with these findings, worst first, and the verdict that follows.</summary>
    internal static TargetReport Judged(TargetReport report, Evidence evidence, IEnumerable<Finding> findings)
    {
        var sorted = Sorted(findings);
        var (verdict, reasons) = Verdicts.Of(evidence, sorted);
        return report with { Verdict = verdict, Reasons = reasons, Findings = sorted, Gaps = Verdicts.Gaps(evidence) };
    }

    /// <summary>Findings worst first, waived ones last. Alike ones stay in the trace's order, which is by number: what is called first often has the lower one.</summary>
    internal static ImmutableArray<Finding> Sorted(IEnumerable<Finding> findings) => [.. findings
        .OrderBy(finding => finding.IsWaived)
        .ThenBy(finding => finding.Consequence.Rank())
        .ThenByDescending(finding => finding.Observed.Count)];

    /// <summary>The outcome by which an observation goes otherwise, with what that means; null where it goes as it went.</summary>
    /// <remarks>Where several outcomes are possible and they are not of one consequence, nobody can say which it will be.</remarks>
    internal static (Outcome Outcome, Consequence Consequence)? Worst(Observation observation, Call call, Prediction prediction, TakenErrors taken)
    {
        Outcome? first = null;
        var (diverging, consequence, isOne) = (0, Consequence.Harmless, true);
        foreach (var outcome in prediction.Possible)
        {
            if (!Divergence.Exists(observation.Result, outcome)) continue;
            diverging++;
            var next = Consequences.Of(observation, call, outcome, taken);
            if (first is null) (first, consequence) = (outcome, next);
            isOne &= next == consequence;
        }
        if (first is null) return null;
        var isCertain = isOne && (diverging == prediction.Possible.Length || consequence == Consequence.Harmless);
        return isCertain ? (first, consequence) : (prediction.Single, Consequence.Unknown);
    }

    static Finding FindingOf(Observation observation, Call call, Outcome outcome, Consequence consequence, Func<string, string> remedyOf)
    {
        var rule = outcome.Rule ?? throw new InvalidOperationException($"an outcome of {call.Syscall} diverges and names no rule");
        return new Finding(rule, call.Syscall ?? $"syscall_{call.Nr}", ArgumentTexts.Of(observation), observation.Path, outcome.Kind, outcome.Errno, outcome.Condition,
            new Observed(observation.Count, observation.Result), consequence, Certainty.Predicted, observation.Executables, observation.Phase, null,
            outcome.Effect, remedyOf(rule))
        {
            Stack = observation.Stack,
        };
    }

    static Finding Merged(Finding a, Finding b) => a with
    {
        Observed = a.Observed with { Count = a.Observed.Count + b.Observed.Count },
        Executables = a.Executables.Union(b.Executables),
        Phase = a.Phase < b.Phase ? a.Phase : b.Phase,
        // The same kind in another phase, or one that the target does not tell apart.
        Runs = a.Runs + b.Runs,
        Stack = a.Stack.IsEmpty ? b.Stack : a.Stack,
    };

    static string Text(ImmutableArray<KeyValuePair<string, string>> arguments) =>
        string.Join(',', arguments.Select(argument => $"{argument.Key}={argument.Value}"));

    readonly record struct FindingKey(string Rule, Abi Abi, Nr Nr, string Arguments, string? Path, OutcomeKind Outcome, Result Result);
}
