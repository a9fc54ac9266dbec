using System.Collections.Immutable;
using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Pods;
using SyscallProbe.Policies;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>assess TRACE...</c>.</summary>
sealed class AssessVerb : Verb
{
    public override string Name => "assess";

    public override string Summary => "judge recorded traces against targets";

    public override string Details =>
        "Reads traces that `record` or `check --trace-out` wrote, merges them when there are several, and says of each target whether the workload will run on it and what exactly breaks. "
        + "Nothing is run.\n\n"
        + "With --pod the specification of the pods is judged as well, and alone where there is no trace: `kubectl get deploy -A -o json | syscallprobe assess --pod -` "
        + "has a line for every workload of a cluster.";

    public override IReadOnlyList<string> Examples =>
    [
        "assess redis.trace.json",
        "assess --target gvisor@20221219.0 -f json a.json b.json",
        "assess --pod deployment.yaml",
        "assess --pod pod.yaml web=web.trace.json proxy=proxy.trace.json",
    ];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, WorkloadOptions.Scan, OptionTable.Pod, OptionTable.Policy, OptionTable.Baseline, OptionTable.Trust, OptionTable.FailOn, OptionTable.Format, OptionTable.Output, OptionTable.Compare, OptionTable.ShowWaived];

    public override IReadOnlyList<string> Formats => ReportFormats.Names;

    public override ArgumentSpec Argument => new("TRACE", 0, int.MaxValue, "trace files; - is standard input; with --pod also CONTAINER=TRACE");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var targets = settings.Targets;
        var pods = settings.TryGet(OptionTable.Pod, out var manifest) ? PodFlow.Read(manifest, host) : [];
        if (pods.IsEmpty && settings.Arguments.IsEmpty)
        {
            throw new FailureException(new Failure(FailureCode.Usage, "expected a trace, found none", null, "give a trace that `syscallprobe record` wrote, or a manifest with --pod"));
        }
        var gate = GateFlow.Of(settings, targets, host);
        using var result = ResultFile.Open(settings, host);
        CheckReport[] reports = pods.IsEmpty ? [Assess(settings.Arguments, targets, settings, gate.Judge, host)]
            : settings.Arguments.IsEmpty ? [.. pods.Select(pod => AssessPod(pod, targets, settings, gate.Judge, host))]
            : [AssessPod(PodFlow.Single(pods), targets, settings, gate.Judge, host)];
        return gate.Finish(result, reports);
    }

    // Whoever assesses a trace may sit far from the nodes: this machine's KVM says nothing.
    static HostFacts Elsewhere => new(HasKvm: null);

    static CheckReport Assess(IEnumerable<string> traces, ImmutableArray<Target> targets, Settings settings, PolicyJudge? judge, CliHost host) =>
        AssessFlow.Run(TraceFiles.ReadMerged(traces, host), targets, settings.Trust, Elsewhere, settings.Get(WorkloadOptions.Scan), judge);

    static CheckReport AssessPod(PodWorkload pod, ImmutableArray<Target> targets, Settings settings, PolicyJudge? judge, CliHost host)
    {
        var reports = settings.Arguments.Select(argument => PodFlow.ContainerOf(pod, argument)).GroupBy(entry => entry.Container, entry => entry.Trace)
            .ToDictionary(group => group.Key, group => Assess(group, targets, settings, judge, host));
        return PodFlow.Run(pod, reports, targets, settings.Trust, Elsewhere, judge);
    }
}
