using System.Collections.Immutable;
using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Pods;

/// <summary>Holds a pod's specification against a target: what breaks, and what silently changes, with the line it comes from.</summary>
/// <remarks>Of the rules on one field the first that holds for a place decides. Cost: rules × places.</remarks>
public static class PodAssessor
{
    /// <summary>The findings on a pod, in the order of the rules.</summary>
    /// <param name="target">With its release filled in.</param>
    /// <param name="remedyOf">The first advice of a finding's page by rule id.</param>
    public static ImmutableArray<Finding> Assess(PodWorkload workload, Target target, Func<string, string> remedyOf)
    {
        var context = new Context(target);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var rules in PodRule.All.Where(context.Concerns).GroupBy(rule => rule.Field.Text))
        {
            foreach (var place in rules.First().Field.In(workload))
            {
                if (rules.FirstOrDefault(rule => Holds(rule, place)) is { Consequence: { } consequence } rule) findings.Add(FindingOf(rule, consequence, place, workload, remedyOf));
            }
        }
        return findings.ToImmutable();
    }

    static bool Holds(PodRule rule, PodField.Place place) =>
        rule.Value.Holds(place.Value) && rule.When.All(term => term.Value.Holds(term.Field.ValueIn(place.Scope)));

    static Finding FindingOf(PodRule rule, Consequence consequence, PodField.Place place, PodWorkload workload, Func<string, string> remedyOf) =>
        new(rule.Rule, null, [KeyValuePair.Create("value", place.Value ?? "absent")], null, rule.Outcome, null, rule.Condition, new Observed(0, Result.Success), consequence, Certainty.Predicted, [],
            Phase.Startup, new Location(workload.File, place.Line, workload.Prefix + place.Path), rule.Effect, remedyOf(rule.Rule));

    // Which rules a target has: by runtime, release and configuration.
    sealed class Context
    {
        readonly Target _target;
        readonly Func<string, int> _indexOf;
        readonly Func<string, string?> _valueOf;
        readonly int _release;

        public Context(Target target)
        {
            _target = target;
            if (target.Runtime == "gvisor")
            {
                var configuration = new GvisorConfiguration(target.Configuration);
                var release = GvisorReleases.Known.Parse(target.Release);
                (_indexOf, _release, _valueOf) = (tag => GvisorReleases.Known.Parse(tag).Index, release.Index, flag => configuration.ValueOf(flag, release));
            }
            else if (target.Runtime == "kata")
            {
                (_indexOf, _release, _valueOf) = (tag => KataReleases.Known.IndexOf(KataReleases.Known.Parse(tag).Tag), KataReleases.Known.IndexOf(target.Release), flag => target.Configuration.GetValueOrDefault(flag));
            }
            else
            {
                (_indexOf, _valueOf) = (_ => 0, _ => null);
            }
        }

        public bool Concerns(PodRule rule) =>
            (rule.Runtime == _target.Runtime || (rule.Runtime == "any" && _target.Runtime != "runc"))
            && (rule.Since.Length == 0 || _indexOf(rule.Since) <= _release) && (rule.Until.Length == 0 || _release <= _indexOf(rule.Until))
            && rule.Configuration.Hold(_valueOf);
    }
}
