using System.Collections.Immutable;
using SyscallProbe.Cli.Flows;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Recommend;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>manifest</c>: everything needed to act on a recommendation.</summary>
sealed class ManifestVerb : Verb
{
    public override string Name => "manifest";

    public override string Summary => "RuntimeClass, pod patch and node configuration";

    public override string Details =>
        "Prints what has to be applied for a runtime, in order: what nodes need, the commands that install it, its configuration and the handler's, the labels of nodes, the RuntimeClass with its "
        + "overhead, the patch of the pods, and how to see that it works.\n\n"
        + "The runtime is the one that a saved report recommends, or a target, whose flags go into runsc's configuration under a handler of their own. Nothing is applied, and no cluster is asked.";

    public override IReadOnlyList<string> Examples =>
    [
        "manifest report.json",
        "manifest --target gvisor@20260817.0,net-raw=true --pod pod.yaml",
        "manifest --runtime kata --part runtimeclass",
        "manifest --runtime gvisor --containerd-config 3 --part config",
    ];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, OptionTable.Arch, .. ManifestOptions.Rows, OptionTable.Pod, OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec Argument => new("REPORT", 0, int.MaxValue, "files written with -f json; - is standard input");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        var all = ManifestFlow.Plans(settings, host).Select(plan => (Plan: plan, Artefacts: Artefacts.Of(plan))).ToArray();
        var part = settings.TryGet(ManifestOptions.Part, out var name) ? PartOf(all, Enum.Parse<ArtefactPart>(name, ignoreCase: true)) : null;
        using var result = ResultFile.Open(settings, host);
        if (settings.Format == "json") ArtefactJson.Write(result.Writer, part is null ? all : [.. all.Select(entry => (entry.Plan, entry.Artefacts.Where(artefact => part.Contains(artefact)).ToImmutableArray()))]);
        else if (part is not null) result.Writer.Write(TextOf(part));
        else WriteAll(result, all);
        result.Complete();
        return ExitCode.Compatible;
    }

    static void WriteAll(ResultFile result, (ArtefactPlan Plan, ImmutableArray<Artefact> Artefacts)[] all)
    {
        foreach (var (index, (plan, artefacts)) in all.Index())
        {
            if (index > 0) result.Writer.WriteLine();
            ArtefactTable.Write(result.Text, plan, artefacts);
        }
    }

    static Artefact[] PartOf((ArtefactPlan Plan, ImmutableArray<Artefact> Artefacts)[] all, ArtefactPart part)
    {
        Artefact[] found = [.. all.SelectMany(entry => entry.Artefacts).Where(artefact => artefact.Part == part)];
        if (found.Length == 0) throw Wrong($"there is no such part with the engine {all[0].Plan.Choices.Engine} and the preset {all[0].Plan.Preset.Name}",
            $"there are {string.Join(", ", all[0].Artefacts.Select(artefact => artefact.Word).Distinct())}");
        // A file of a node is one text or none: two, one after the other, are neither.
        if (found.Length > 1 && found[0].Path is not null)
            throw Wrong($"there are {found.Length} texts of this part", all.Length > 1 ? "ask for one target at a time" : "say with --containerd-config which version the node's file has");
        return found;

        FailureException Wrong(string what, string fix) => new(new Failure(FailureCode.Usage, what, $"--part {part.ToString().ToLowerInvariant()}", fix));
    }

    static string TextOf(Artefact[] part) => string.Join(part[0].Part is ArtefactPart.RuntimeClass or ArtefactPart.Patch ? "---\n" : "", part.Select(artefact => artefact.Text));
}
