using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Finds from which release on a workload runs.</summary>
static class MinimumRelease
{
    /// <summary>The first release from which every known one has at worst this verdict with the target's flags; null when the newest is worse, and for runc.</summary>
    /// <remarks>Of Kata only releases count that are no pre-releases; its newest ones are assessed one by one until one is worse.</remarks>
    public static string? Of(Trace trace, Target target, Abi arch, Verdict worst) => target.Runtime switch
    {
        "gvisor" => VerdictHistory.Of(trace, new GvisorHistory(target.Configuration)).From(worst) is { } release ? GvisorReleases.Known.NameOf(release) : null,
        "kata" => OfKata(trace, target, arch, worst),
        _ => null,
    };

    static string? OfKata(Trace trace, Target target, Abi arch, Verdict worst)
    {
        string? first = null;
        foreach (var release in KataReleases.Known.All.Reverse().Where(release => !release.IsPreRelease))
        {
            if (!GuestKernels.Known.Hypervisors(release, arch).Contains(target.Configuration[KataModel.HypervisorFlag])) break;
            if (Assessor.Assess(trace, new KataModel(target with { Release = release.Tag }, arch), rule => rule).Verdict > worst) break;
            first = release.Tag;
        }
        return first;
    }
}
