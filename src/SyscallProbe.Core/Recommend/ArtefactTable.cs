using System.Collections.Immutable;
using SyscallProbe.Report;

namespace SyscallProbe.Recommend;

/// <summary>Artefacts for a person at a terminal: numbered steps, every text so that it can be copied.</summary>
public static class ArtefactTable
{
    /// <summary>Writes those of one plan.</summary>
    public static void Write(TextOutput to, ArtefactPlan plan, ImmutableArray<Artefact> artefacts)
    {
        to.Writer.WriteLine(to.Styled(TextStyle.Strong, TerminalText.Escape(plan.Target.ToString())));
        to.Hanging("  preset", 12, $"{plan.Preset.Name}: {plan.Preset.Text}");
        to.Hanging("  class", 12, $"{plan.Class.Name}, handler {plan.Class.Handler}");
        to.Hanging("  overhead", 12, plan.Class.Overhead is { } overhead ? $"cpu {overhead.Cpu}, memory {overhead.Memory}: {overhead.Basis.ToString().ToLowerInvariant()}, {overhead.Source}" : "none is published");
        if (plan.Guest is { Defaults: { MemoryMiB: { } memory } defaults })
        {
            to.Hanging("  guest", 12, $"Linux {plan.Guest.Kernel.TrimStart('v')}; {defaults.Vcpus?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} CPU and {memory} MiB for a pod without limits: give every container both limits");
        }
        foreach (var (index, artefact) in artefacts.Index())
        {
            to.Writer.WriteLine();
            to.Writer.WriteLine(to.Styled(TextStyle.Strong, $"## {index + 1}. {artefact.Title}{(artefact.Path is null ? "" : $": {artefact.Path}")}"));
            foreach (var note in artefact.Notes) to.Hanging("# note:", 8, note, TextStyle.Dim);
            foreach (var line in artefact.Text.TrimEnd('\n').Split('\n')) to.Writer.WriteLine(TerminalText.Escape(line));
        }
    }
}
