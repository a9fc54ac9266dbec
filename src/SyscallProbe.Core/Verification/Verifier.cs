using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Verification;

/// <summary>Holds a prediction against what the real sandbox did, and judges by the latter.</summary>
/// <remarks>A call is compared only where the log tells enough of it: what it does not tell stays as predicted.</remarks>
public static class Verifier
{
    const string NotKnown = "it is not known whether the workload did its work in the sandbox";

    /// <summary>Writes into a report what a run under the sandbox showed.</summary>
    /// <param name="recorded">The run under runc that the report was made from.</param>
    public static TargetReport Of(TargetReport predicted, Trace recorded, ITargetModel model, SandboxRun run)
    {
        var result = recorded.Evidence.Succeeded != true ? VerificationResult.Unknown
            : run.Succeeded switch { true => VerificationResult.Works, false => VerificationResult.Fails, _ => VerificationResult.Unknown };
        var defects = new List<MatrixDefect>();
        var findings = predicted.Findings.Select(finding => Settled(finding, run, defects)).ToList();
        var known = recorded.Observations.Where(observation => observation.Phase != Phase.Init).ToLookup(observation => observation.Nr);
        defects.AddRange(Unpredicted(run, known, recorded, model, findings));
        var parting = PartingOf(run, known, recorded, findings, out var cause);
        if (result == VerificationResult.Fails && cause is not null)
        {
            findings = [.. findings.Select(finding => ReferenceEquals(finding, cause) ? finding with { Consequence = Consequence.Blocking, Certainty = Certainty.Verified } : finding)];
        }
        if (result == VerificationResult.Works) findings = [.. findings.Select(Survived)];
        return Judged(predicted, recorded.Evidence, findings, result) with
        {
            Verification = new VerificationReport(run.Platform, result, run.InOrder.Length, run.Unparsed, parting, [.. defects], result == VerificationResult.Fails ? run.LastLines : []),
        };
    }

    static TargetReport Judged(TargetReport predicted, Evidence evidence, List<Finding> findings, VerificationResult result)
    {
        var judged = Assessor.Judged(predicted, evidence, findings);
        return result switch
        {
            VerificationResult.Works => judged with
            {
                Verdict = findings.Any(finding => finding.Consequence == Consequence.Degraded) ? Verdict.Caveats : Verdict.Compatible, Reasons = [], Fixes = [], Gaps = [],
            },
            // That it would be compatible from this release on was said by a prediction which has proved wrong.
            VerificationResult.Fails => judged with
            {
                Verdict = Verdict.Incompatible, Reasons = [], MinimumRelease = predicted.Verdict is Verdict.Compatible or Verdict.Caveats ? null : judged.MinimumRelease,
            },
            // Without knowing that it works nothing is positive.
            _ => judged.Verdict is Verdict.Compatible or Verdict.Caveats
                ? judged with { Verdict = Verdict.Inconclusive, Reasons = [NotKnown], Gaps = judged.Gaps.Add(NotKnown) }
                : judged with { Gaps = judged.Gaps.Add(NotKnown) },
        };
    }

    // It did its work: what it met does not break it, and what it did not meet there is not what breaks it.
    static Finding Survived(Finding finding) => finding.Consequence switch
    {
        Consequence.Harmless => finding,
        _ when finding.Certainty == Certainty.Verified && finding.Outcome == OutcomeKind.Fails => finding with { Consequence = Consequence.Harmless },
        Consequence.Blocking or Consequence.Unknown => finding with { Consequence = Consequence.Degraded },
        _ => finding,
    };

    static Finding Settled(Finding finding, SandboxRun run, List<MatrixDefect> defects)
    {
        var may = run.InOrder.Where(call => Alignment.MayBe(call, finding) && Alignment.IsTelling(call.Result)).ToList();
        if (finding is { Outcome: OutcomeKind.Fails, Errno: { } errno } && may.Any(call => call.Result.Errno == errno)) return finding with { Certainty = Certainty.Verified };
        if (may.Count == 0 || !may.TrueForAll(call => Alignment.Is(call, finding))) return finding;
        var results = may.Select(call => call.Result).Distinct().ToList();
        var asRunc = results.TrueForAll(result => result == finding.Observed.Result);
        switch (finding.Outcome)
        {
            case OutcomeKind.Fails:
                defects.Add(new MatrixDefect(FindingWords.Call(finding), FindingWords.Outcome(finding), Words(results), finding.Rule));
                return asRunc ? finding with { Certainty = Certainty.Verified, Consequence = Consequence.Harmless } : Refused(finding, results);
            case OutcomeKind.Ignored or OutcomeKind.Differs when results.TrueForAll(result => result.Errno is not null):
                defects.Add(new MatrixDefect(FindingWords.Call(finding), FindingWords.Outcome(finding), Words(results), finding.Rule));
                return Refused(finding, results);
            case OutcomeKind.Conditional or OutcomeKind.Unknown:
                return asRunc ? finding with { Certainty = Certainty.Verified, Consequence = Consequence.Harmless } : Refused(finding, results);
            default:
                return finding;
        }
    }

    static Finding Refused(Finding finding, List<Result> results) => results is [{ Errno: { } errno }]
        ? finding with { Outcome = OutcomeKind.Fails, Errno = errno, Condition = null, Certainty = Certainty.Verified }
        : finding;

    // Calls that no finding is about: taken to work, and refused.
    static IEnumerable<MatrixDefect> Unpredicted(SandboxRun run, ILookup<Nr, Observation> known, Trace recorded, ITargetModel model, List<Finding> findings)
    {
        var succeeded = run.InOrder.Where(call => call.Result.IsSuccess).Select(CallKey.Of).ToHashSet();
        foreach (var call in run.InOrder)
        {
            if (call.Result.Errno is null || !Alignment.IsTelling(call.Result) || succeeded.Contains(CallKey.Of(call)) || findings.Exists(finding => Alignment.MayBe(call, finding))) continue;
            var same = known[call.Nr].Where(other => Alignment.MayBe(call, other)).ToList();
            // On a path that runc's run did not name it is not known what runc would have given.
            if (same.Count == 0 || same.Exists(other => other.Result.Errno == call.Result.Errno) || !same.Exists(other => other.Path == call.Path)) continue;
            if (same.TrueForAll(other => model.Predict(Call.Of(other, recorded.Capabilities)).Single.Kind == OutcomeKind.Works))
            {
                yield return new MatrixDefect(FindingWords.Call(call), "works", call.Result.ToString(), null);
            }
        }
    }

    static PartingCall? PartingOf(SandboxRun run, ILookup<Nr, Observation> known, Trace recorded, List<Finding> findings, out Finding? cause)
    {
        (PartingCall Call, Finding? Finding)? first = null;
        var taken = TakenErrors.Of(recorded);
        foreach (var call in run.InOrder)
        {
            if (call.Result.Errno is not { } errno || !Alignment.IsTelling(call.Result)) continue;
            var same = known[call.Nr].Where(other => Alignment.MayBe(call, other)).ToList();
            if (same.Count == 0 || same.Exists(other => other.Result.Errno == errno) || !same.Exists(other => other.Result.IsSuccess)) continue;
            var finding = findings.Find(finding => Alignment.MayBe(call, finding) && finding.Errno == errno);
            var parting = (new PartingCall(FindingWords.Call(call), Words(same.Select(other => other.Result).Distinct()), call.Result.ToString(), finding?.Rule), finding);
            var consequence = finding?.Consequence ?? ConsequenceOf(same.First(other => other.Result.IsSuccess), recorded, errno, taken);
            if (consequence != Consequence.Harmless)
            {
                cause = finding;
                return parting.Item1;
            }
            first ??= parting;
        }
        cause = first?.Finding;
        return first?.Call;
    }

    static Consequence ConsequenceOf(Observation observation, Trace recorded, Errno errno, TakenErrors taken) =>
        Consequences.Of(observation, Call.Of(observation, recorded.Capabilities), new Outcome(OutcomeKind.Fails, errno), taken);

    static string Words(IEnumerable<Result> results) => string.Join(", ", results.Order());
}
