using System.Collections.Immutable;
using SyscallProbe.Kubernetes;

namespace SyscallProbe.Recommend;

/// <summary>Makes everything that has to be applied for a plan.</summary>
public static class Artefacts
{
    /// <summary>All, in the order in which they are applied; Docker has none of the cluster's.</summary>
    public static ImmutableArray<Artefact> Of(ArtefactPlan plan)
    {
        var (engine, byHand, cluster) = (plan.Choices.Engine, plan.Preset.IsByHand, plan.Choices.Engine != ContainerEngines.Docker);
        var steps = NodeStep.Of(plan.Preset, plan.Target, engine).ToLookup(step => step.Part);
        var found = ImmutableArray.CreateBuilder<Artefact>();
        found.Add(Needs(plan));
        Add(Commands(ArtefactPart.Install, $"Install {plan.Target.Runtime}, {(byHand ? "on each node" : $"by {plan.Preset.Name}")}", steps[StepPart.Install], plan));
        if (byHand)
        {
            if (plan.Target.Runtime == "gvisor" && engine != ContainerEngines.Docker) found.Add(NodeFiles.Runsc(plan));
            found.AddRange(engine switch
            {
                ContainerEngines.Docker => [DockerDaemon.Of(plan)],
                ContainerEngines.Crio => [NodeFiles.Crio(plan)],
                _ => NodeFiles.Containerd(plan),
            });
            Add(Commands(ArtefactPart.Start, "Start", steps[StepPart.Start], plan));
            if (cluster) Add(Labels(plan));
        }
        if (cluster)
        {
            found.Add(RuntimeClassYaml.Of(plan));
            found.AddRange(PodPatch.Of(plan));
        }
        Add(Commands(ArtefactPart.Verify, "See that it works", steps[StepPart.Verify], plan));
        return found.ToImmutable();

        void Add(Artefact? artefact)
        {
            if (artefact is not null) found.Add(artefact);
        }
    }

    static Artefact Needs(ArtefactPlan plan) =>
        new(ArtefactPart.Needs, "What a node needs", null, string.Concat(NodeNeed.Of(plan.Target, plan.Choices.Engine).Select(need => $"- {need.Need}: {need.Text}\n")), []);

    static Artefact? Commands(ArtefactPart part, string title, IEnumerable<NodeStep> steps, ArtefactPlan plan)
    {
        var text = string.Concat(steps.Select(step => $"# {plan.Fill(step.Text)}\n{plan.Fill(step.Command)}\n"));
        return text.Length == 0 ? null : new Artefact(part, title, null, text, []);
    }

    static Artefact? Labels(ArtefactPlan plan)
    {
        var marks = plan.Marks.Where(mark => mark.Condition is null && mark.Kind != NodeMarkKind.Resource).ToArray();
        return marks.Length == 0 ? null : new Artefact(ArtefactPart.Label, "Mark each prepared node", null,
            $"# nothing else sets it: without it every pod of the class stays Pending\n{string.Concat(marks.Select(Command))}", []);
    }

    static string Command(NodeMark mark) => mark.Kind == NodeMarkKind.Taint ? $"kubectl taint node NODE {mark.Key}={mark.Value}:{mark.Effect}\n" : $"kubectl label node NODE {mark.Key}={mark.Value}\n";
}
