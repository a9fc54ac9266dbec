using System.Collections.Immutable;
using SyscallProbe.Assessment;
using SyscallProbe.Cli.Options;
using SyscallProbe.Policies;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a trace to a report: assess against every target, then recommend.</summary>
static class AssessFlow
{
    /// <param name="trust">One of <see cref="Trusts.All"/>.</param>
    /// <param name="scan">What is done with what the trace says of the workload's code.</param>
    /// <exception cref="FailureException">A target is not known.</exception>
    /// <param name="judge">Applies the policy; null without one.</param>
    /// <param name="rehearse">Makes a better report of a target's; null for what the trace says alone.</param>
    public static CheckReport Run(Trace trace, ImmutableArray<Target> targets, string trust, HostFacts host, ScanMode scan, PolicyJudge? judge = null, Func<TargetReport, Target, TargetReport>? rehearse = null)
    {
        var subject = SubjectOf(trace);
        ImmutableArray<TargetReport> reports = [.. targets.Select(target =>
        {
            var report = Assessor.Assess(trace, target, subject.Arch, FindingTexts.RemedyOf);
            if (rehearse is not null) report = rehearse(report, target);
            if (judge is not null) report = judge.Judged(report, subject.Image);
            // Most traces have nothing latent, and a model costs more than that to look for.
            return scan == ScanMode.None || trace.Latent.IsEmpty ? report
                : LatentFindings.Graded(report, LatentFindings.Of(trace, TargetModels.Of(target, subject.Arch), FindingTexts.RemedyOf), scan == ScanMode.Grade);
        })];
        var evidence = scan != ScanMode.Grade ? trace.Evidence : trace.Evidence with
        {
            Reasons = trace.Evidence.Reasons.Union(from report in reports
                                                   let reason = LatentFindings.Reason(report.Latent)
                                                   where reason is not null
                                                   select $"{report.Target}: {reason}"),
        };
        var profile = Profiles.Of(trace);
        return new CheckReport(App.Version, subject, evidence, reports, Recommender.Recommend(reports, trust, host, evidence, profile))
        {
            Kinds = trace.Kinds, SingleRunKinds = trace.SingleRunKinds, Profile = profile,
        };
    }

    // A report speaks of one subject; of a merged trace it is the first, in the trace's own order.
    static Subject SubjectOf(Trace trace) => trace.Subjects.IsEmpty ? new Subject([], null, Abi.Amd64, null) : trace.Subjects[0];
}
