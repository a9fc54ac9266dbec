using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Probe;
using SyscallProbe.Recording.Probe;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a runsc to a report: plan the calls for its release, make them under runsc and runc, compare.</summary>
static class ProbeFlow
{
    /// <param name="runc">Null leaves the same calls under runc out.</param>
    /// <exception cref="FailureException">The probe could not be made or run.</exception>
    public static ProbeReport Run(string runsc, Release release, string? runc, Abi abi, CliHost host)
    {
        var plan = ProbePlan.Of(release, abi);
        var sandbox = new Dictionary<string, ProbeOutcome>(StringComparer.Ordinal);
        using var container = new ProbeContainer();
        foreach (var group in plan.Cases.GroupBy(probe => probe.Configuration))
        {
            try
            {
                Add(sandbox, container.Run(runsc, FlagsOf(group.First()), Lines(group), CapabilitiesOf(group)));
            }
            catch (FailureException wrong) when (group.Key.Length > 0)
            {
                // The others are worth having; the cases are counted as not run.
                host.Warning($"{group.Count()} cases with {group.Key} were not run: {wrong.Failure.What}");
            }
        }
        var linux = new Dictionary<string, ProbeOutcome>(StringComparer.Ordinal);
        var held = ProbeContainer.HeldCapabilities;
        var possible = plan.Cases.Where(probe => (probe.Capabilities & ~held) == 0).ToList();
        if (runc is not null) Add(linux, container.Run(runc, [], Lines(possible), CapabilitiesOf(possible)));
        return ProbeReport.Of(release, plan, sandbox, linux);
    }

    static void Add(Dictionary<string, ProbeOutcome> to, string output)
    {
        foreach (var (id, outcome) in ProbeOutcome.Parse(output)) to[id] = outcome;
    }

    static IEnumerable<string> Lines(IEnumerable<ProbeCase> cases) => cases.Select(probe => $"{probe.Id} {probe.Script}");

    // The container has what any case has; each gives up the rest itself.
    static ulong CapabilitiesOf(IEnumerable<ProbeCase> cases) => cases.Aggregate(0ul, (mask, probe) => mask | probe.Capabilities);

    static ImmutableArray<string> FlagsOf(ProbeCase probe) =>
        ["--ignore-cgroups", .. probe.Target.Configuration.Select(flag => $"--{flag.Key}={flag.Value}")];
}
