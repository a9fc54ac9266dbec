using System.Collections.Frozen;
using System.IO.Enumeration;
using SyscallProbe.Kubernetes;
using SyscallProbe.Matrix;
using SyscallProbe.Pods;
using SyscallProbe.Report;
using SyscallProbe.Traces;
using SyscallProbe.Yaml;

namespace SyscallProbe.Recommend;

/// <summary>Makes the profile of a workload from what was recorded and from its manifest.</summary>
public static class Profiles
{
    static readonly Lazy<FrozenSet<string>> s_fileCalls = new(() => PackedImage.Embedded.Table("policy/file-calls").Cells("syscall").Select(cell => cell[0]).ToFrozenSet());
    static readonly Lazy<(string Form, string Pattern, string Accelerator)[]> s_accelerators = new(() =>
        [.. PackedImage.Embedded.Table("policy/accelerators").Cells("form", "pattern", "accelerator").Select(cell => (cell[0], cell[1], cell[2]))]);

    /// <summary>What a trace shows. O(observations).</summary>
    public static WorkloadProfile Of(Trace trace)
    {
        ulong calls = 0, files = 0;
        string? accelerator = null;
        foreach (var observation in trace.Observations.Where(observation => observation.Phase != Phase.Init))
        {
            calls += observation.Count;
            if (Syscalls.NameOf(observation.Abi, observation.Nr) is { } name && s_fileCalls.Value.Contains(name)) files += observation.Count;
            if (observation.Path is { } path && observation.Result.IsSuccess) accelerator ??= AcceleratorOf("path", path);
        }
        return new WorkloadProfile(calls, files, accelerator, null, HasManifest: false);
    }

    /// <summary>What a pod's specification says, with what its containers' traces show.</summary>
    public static WorkloadProfile Of(PodWorkload pod, IEnumerable<WorkloadProfile> traces)
    {
        var profiles = traces.ToArray();
        var limits = pod.Containers.Select(entry => entry.Container.Find("resources", "limits")).ToArray();
        var asked = limits.SelectMany(limit => limit?.Entries ?? []).Select(entry => AcceleratorOf("resource", entry.Key)).FirstOrDefault(found => found is not null);
        return new WorkloadProfile(
            profiles.Aggregate(0UL, (sum, profile) => sum + profile.Calls), profiles.Aggregate(0UL, (sum, profile) => sum + profile.FileCalls),
            asked ?? profiles.Select(profile => profile.Accelerator).FirstOrDefault(found => found is not null), MemoryLimit(pod), HasManifest: true);
    }

    // Init containers run before the others and do not add to them.
    static long? MemoryLimit(PodWorkload pod)
    {
        decimal sum = 0;
        foreach (var container in pod.Spec["containers"]?.Items ?? [])
        {
            if (container.Find("resources", "limits")?.TextOf("memory") is not { } text || !Quantity.TryParse(text, out var limit)) return null;
            sum += limit;
        }
        return sum is > 0 and <= long.MaxValue ? (long)sum : null;
    }

    static string? AcceleratorOf(string form, string text) => s_accelerators.Value
        .Where(row => row.Form == form && FileSystemName.MatchesSimpleExpression(row.Pattern, text, ignoreCase: false)).Select(row => row.Accelerator).FirstOrDefault();
}
