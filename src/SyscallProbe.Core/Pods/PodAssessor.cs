using System.Collections.Immutable;
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
        readonly Func<string, string?> _valueOf;

        public Context(Target target)
        {
            _target = target;
            if (target.Runtime == "gvisor")
            {
                var (configuration, release) = (new GvisorConfiguration(target.Configuration), GvisorReleases.Known.Parse(target.Release));
                _valueOf = flag => configuration.ValueOf(flag, release);
            }
            else
            {
                _valueOf = flag => target.Configuration.GetValueOrDefault(flag);
            }
        }

        public bool Concerns(PodRule rule) =>
            (rule.Runtime == _target.Runtime || (rule.Runtime == "any" && _target.Runtime != "runc"))
            && TargetReleases.Cover(_target, rule.Since, rule.Until) && rule.Configuration.Hold(_valueOf);
    }
}
