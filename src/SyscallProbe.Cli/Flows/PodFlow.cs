using System.Collections.Immutable;
using SyscallProbe.Cli.Output;
using SyscallProbe.Policies;
using SyscallProbe.Pods;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Cli.Flows;

/// <summary>From a pod's specification, with the traces of its containers or without any, to a report.</summary>
static class PodFlow
{
    const string NoName = "(no name)";

    /// <summary>The workloads of a manifest; <c>-</c> is standard input.</summary>
    /// <exception cref="FailureException">It cannot be read or holds none.</exception>
    public static ImmutableArray<PodWorkload> Read(string path, CliHost host) => PodManifests.Read(InputFile.Read(path, host), InputFile.NameOf(path));

    /// <summary>The one workload that a trace can be of.</summary>
    /// <exception cref="FailureException">There are several.</exception>
    public static PodWorkload Single(ImmutableArray<PodWorkload> workloads) => workloads.Length == 1
        ? workloads[0]
        : throw new FailureException(new Failure(FailureCode.Usage, $"expected one workload beside a trace, found {workloads.Length}",
            $"{workloads[0].File}: {FindingWords.Listed([.. workloads.Select(workload => workload.ToString())], 5)}", "give the workload that was recorded a file of its own"));

    /// <summary>Which container a trace on the command line is of: <c>web=web.trace.json</c>, or the file alone for the default container.</summary>
    public static (string Container, string Trace) ContainerOf(PodWorkload workload, string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && !argument[..equals].Contains('/')
            ? (argument[..equals], argument[(equals + 1)..]) : (workload.DefaultContainer ?? NoName, argument);

    /// <summary>A report that names no container is of the one that kubectl would take.</summary>
    public static Dictionary<string, CheckReport> OfDefaultContainer(PodWorkload workload, CheckReport report) =>
        new() { [workload.DefaultContainer ?? NoName] = report };

    /// <summary>Judges a pod by its specification, and by what was found of its containers: without any of them it is never compatible.</summary>
    /// <param name="judge">Applies the policy to the specification, as it has been to the containers; null without one.</param>
    /// <param name="traces">Containers that were assessed already, by name, against these very targets.</param>
    /// <exception cref="FailureException">A trace is of a container that the pod does not have.</exception>
    public static CheckReport Run(PodWorkload workload, IReadOnlyDictionary<string, CheckReport> traces, ImmutableArray<Target> targets, string trust, HostFacts host, PolicyJudge? judge)
    {
        foreach (var name in traces.Keys)
        {
            if (workload.Containers.All(entry => NameOf(entry.Container) != name)) throw NoContainer(name, workload);
        }
        ImmutableArray<TargetReport> reports = [.. targets.Select((target, index) => PodVerdict.Of(target.ToString(), workload, Specification(workload, target, judge),
            [.. workload.Containers.Select(entry => new ContainerReport(NameOf(entry.Container), entry.Field, entry.Container.Line, traces.GetValueOrDefault(NameOf(entry.Container))?.Targets[index]))]))];
        var first = traces.Values.FirstOrDefault();
        var evidence = first?.Evidence ?? new Evidence();
        var profile = Profiles.Of(workload, traces.Values.Select(trace => trace.Profile).OfType<WorkloadProfile>());
        var recommendation = Recommender.Recommend(reports, trust, host, evidence, profile);
        if (traces.Count == 0 && reports.Any(report => report.Verdict == Verdict.Inconclusive)) recommendation = recommendation with { Caveats = recommendation.Caveats.Add(Unrecorded(workload)) };
        return new CheckReport(App.Version, first?.Subject ?? new Subject([], ImageOf(workload), Abi.Amd64, null), evidence, reports, recommendation)
        {
            Kinds = first?.Kinds, Workload = workload.Reported, Profile = profile,
        };
    }

    static ImmutableArray<Finding> Specification(PodWorkload workload, Target target, PolicyJudge? judge)
    {
        var findings = PodAssessor.Assess(workload, target, FindingTexts.RemedyOf);
        return judge?.Judged(findings, ImageOf(workload)) ?? findings;
    }

    static string Unrecorded(PodWorkload workload) =>
        $"what the containers call decides: record them with `syscallprobe check --pod {workload.File} -- COMMAND`, or give their traces as CONTAINER=TRACE";

    static string NameOf(Yaml.YamlNode container) => container.TextOf("name") ?? NoName;

    static string? ImageOf(PodWorkload workload) => workload.Containers.Select(entry => entry.Container.TextOf("image")).FirstOrDefault();

    static FailureException NoContainer(string name, PodWorkload workload) => new(new Failure(FailureCode.Usage, $"{workload} has no container {Failures.Quoted(name)}", $"{workload.File}:{workload.Line}",
        $"its containers are {string.Join(", ", workload.Containers.Select(entry => NameOf(entry.Container)))}"));
}
