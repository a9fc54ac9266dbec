using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Guest;
using SyscallProbe.Kubernetes;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Flows;

/// <summary>From reports, a target or a runtime to plans of what has to be applied: one for each target, with all workloads that shall get it.</summary>
static class ManifestFlow
{
    /// <exception cref="FailureException">Nothing says which runtime, a report recommends none, or a name or version does not fit.</exception>
    public static ImmutableArray<ArtefactPlan> Plans(Settings settings, CliHost host)
    {
        var wanted = settings.Arguments.IsEmpty ? Named(settings, host) : Recommended(settings, host);
        var dialect = settings.TryGet(ManifestOptions.ContainerdConfig, out var config) ? DialectOf(config, settings, host) : null;
        return [.. wanted.GroupBy(entry => (Target: entry.Target.ToString(), entry.Arch)).Select(alike =>
            ArtefactPlan.Of(alike.First().Target, Choices(settings, dialect, alike.Key.Arch), [.. alike.SelectMany(entry => entry.Workloads)]))];
    }

    const string ClassPrefix = "kata-";

    readonly record struct Wanted(Target Target, Abi Arch, ImmutableArray<ManifestWorkload> Workloads);

    static ArtefactChoices Choices(Settings settings, ContainerdDialect? dialect, Abi arch) =>
        new(settings.Get(ManifestOptions.Engine), Given(settings, ManifestOptions.Preset), Given(settings, ManifestOptions.Class), Given(settings, ManifestOptions.Handler),
            settings.TryGet(ManifestOptions.Overhead, out var overhead) ? overhead : null, dialect, settings.Get(ManifestOptions.CgroupManager) == ManifestOptions.Systemd, arch);

    static string? Given(Settings settings, OptionSpec<string> row) => settings.TryGet(row, out var value) ? value : null;

    static IEnumerable<Wanted> Named(Settings settings, CliHost host)
    {
        var isRuntime = settings.TryGet(ManifestOptions.Runtime, out var runtime);
        if (isRuntime && IsTyped(settings, OptionTable.Target)) throw Wrong("a target names its runtime itself", ManifestOptions.Runtime.Long, "leave --runtime out");
        ImmutableArray<Target> targets = isRuntime ? [TargetParser.Parse(TargetTextOf(runtime), ManifestOptions.Runtime.Long)] : settings.TargetsOr();
        if (targets.IsEmpty) throw Wrong("expected a report, --target or --runtime, found none of them", null, "for example `syscallprobe manifest report.json` or `syscallprobe manifest --runtime gvisor`");
        ImmutableArray<ManifestWorkload> workloads = settings.TryGet(OptionTable.Pod, out var pod) ? [.. PodFlow.Read(pod, host).Select(workload => workload.Reported)] : [];
        return targets.Select(target => new Wanted(target, settings.Arch, workloads));
    }

    static List<Wanted> Recommended(Settings settings, CliHost host)
    {
        foreach (OptionSpec odd in (OptionSpec[])[OptionTable.Target, OptionTable.Pod])
        {
            if (IsTyped(settings, odd)) throw Wrong($"a report has {(odd == OptionTable.Pod ? "its workload" : "its targets")} already", odd.Long, "give either; --runtime chooses among a report's targets");
        }
        var wanted = new List<Wanted>();
        var skipped = new List<(string Title, FailureException Why)>();
        foreach (var path in settings.Arguments)
        {
            foreach (var report in ReportJson.Read(InputFile.Read(path, host), InputFile.NameOf(path)))
            {
                if (TargetOf(report, Given(settings, ManifestOptions.Runtime), InputFile.NameOf(path), out var why) is { } target)
                {
                    if (target.Verdict is Verdict.Incompatible or Verdict.Inconclusive) host.Warning($"{target.Target} is {target.Verdict.Word()} for {Titled(report)}: {FindingWords.Summary(report, target)}");
                    wanted.Add(new Wanted(TargetParser.Parse(target.Target, InputFile.NameOf(path)), report.Subject.Arch, report.Workload is { } workload ? [workload] : []));
                    continue;
                }
                skipped.Add((Titled(report), why!));
            }
        }
        if (wanted.Count == 0 && skipped.Count > 0) throw skipped[0].Why;
        foreach (var (title, why) in skipped) host.Note($"{title}: {why.Failure.What}");
        return wanted.Count > 0 ? wanted : throw Wrong("expected a report, found none", InputFile.NameOf(settings.Arguments[0]), "save one with `syscallprobe check -f json -o FILE`");
    }

    // A variable is set for all verbs alike, and stands in nobody's way here.
    static bool IsTyped(Settings settings, OptionSpec row) => settings.OriginOf(row).Kind == OriginKind.CommandLine;

    static TargetReport? TargetOf(CheckReport report, string? runtime, string file, out FailureException? why)
    {
        var recommendation = report.Recommendation;
        var target = runtime is null && recommendation.Target is { } chosen ? report.Targets.FirstOrDefault(target => target.Target == chosen)
            : Recommender.Best([.. report.Targets.Where(target => IsOf(target, runtime))], (runtime ?? recommendation.Runtime).Split('-')[0]);
        why = target is not null ? null
            : runtime is not null ? Wrong($"no target of {runtime} was judged", file, $"take `--target {TargetTextOf(runtime)}` in place of the report")
            : recommendation.Runtime == "runc" ? Wrong("runc is recommended, for which there is nothing to apply", file, "name a runtime with --runtime for its artefacts")
            : Wrong($"no runtime is recommended: {recommendation.Reasons.FirstOrDefault("no reason is given")}", file,
                string.Join("; ", recommendation.Caveats.Append("name a runtime with --runtime for its artefacts all the same")));
        return target;
    }

    // kata-clh is how its class is called, and kata,hypervisor=clh how a target names it.
    static string TargetTextOf(string runtime) => runtime.StartsWith(ClassPrefix, StringComparison.Ordinal) ? $"kata,{KataModel.HypervisorFlag}={runtime[ClassPrefix.Length..]}" : runtime;

    static bool IsOf(TargetReport target, string? runtime) =>
        runtime?.StartsWith(ClassPrefix, StringComparison.Ordinal) != true || target.Target.Split(',').Contains($"{KataModel.HypervisorFlag}={runtime[ClassPrefix.Length..]}");

    static string Titled(CheckReport report) => TerminalText.Escape(report.Workload?.ToString() ?? (report.Subject.Argv.IsEmpty ? "the report" : report.Subject.Argv[0]));

    static ContainerdDialect DialectOf(string value, Settings settings, CliHost host)
    {
        var origin = settings.OriginOf(ManifestOptions.ContainerdConfig).ToString();
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return ContainerdDialect.Of(version, $"{origin} {value}");
        var config = Kubernetes.ContainerdConfig.Read(InputFile.Read(value, host), InputFile.NameOf(value));
        if (!config.HasVersion) host.Note($"{Failures.Quoted(InputFile.NameOf(value))} names no version, so containerd reads it as version 1, and from 2.0 on not at all");
        return config.Dialect;
    }

    static FailureException Wrong(string what, string? where, string? fix) => new(new Failure(FailureCode.Usage, what, where, fix));
}
