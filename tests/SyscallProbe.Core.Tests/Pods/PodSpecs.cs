using System.Text;
using SyscallProbe.Pods;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Pods;

/// <summary>Pods of a few lines and what is found on them.</summary>
static class PodSpecs
{
    public const string Gvisor = "gvisor@release-20260817.0";
    public const string Kata = "kata@4.1.0";

    /// <summary>A pod with one container <c>web</c>; each line of <paramref name="spec"/> is a field of its spec or, indented by two, of what the line before opens.</summary>
    public static PodWorkload Pod(string spec, string container = "") =>
        Read($"kind: Pod\nmetadata: {{name: p}}\nspec:\n{Indented(spec, 2)}  containers:\n  - name: web\n{Indented(container, 4)}")[0];

    public static PodWorkload[] Read(string yaml) => [.. PodManifests.Read(Encoding.UTF8.GetBytes(yaml), "pod.yaml")];

    public static Finding[] Findings(PodWorkload pod, string target) => [.. PodAssessor.Assess(pod, TargetParser.Parse(target), rule => $"see {rule}")];

    /// <summary><c>GV5001 fails blocking spec.hostNetwork:4</c>.</summary>
    public static string[] Found(PodWorkload pod, string target) => [.. Findings(pod, target)
        .Select(finding => $"{finding.Rule} {finding.Outcome} {finding.Consequence} {finding.Location!.Field}:{finding.Location.Line}".ToLowerInvariant())];

    static string Indented(string lines, int columns) => string.Concat(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new string(' ', columns) + line + "\n"));
}
