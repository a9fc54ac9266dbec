using System.Collections.Immutable;
using SyscallProbe.Guest;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>Looks for the smallest changes with which a workload would run: a newer release, one flag, one capability, or another runtime.</summary>
/// <remarks>Every change that is named was assessed. Cost: a pass over all releases for each flag value and capability that some rule hangs on, some thirty.</remarks>
static class FixSearch
{
    /// <summary>Changes after which the verdict is compatible, then those after which it has caveats; the smaller first. Empty when no single one helps.</summary>
    /// <remarks>A flag and a newer release together are looked for where neither helps alone.</remarks>
    public static ImmutableArray<Fix> Of(Trace trace, Target target, Abi arch)
    {
        var found = new List<Fix>();
        if (target.Runtime == "gvisor") AddGvisor(found, trace, target);
        else AddNewerKata(found, trace, target, arch);
        if (OtherRuntime(trace, target, arch) is { } other) found.Add(other);
        return [.. found.OrderBy(fix => fix.Verdict).ThenBy(fix => fix.Kind)];
    }

    static void AddGvisor(List<Fix> found, Trace trace, Target target)
    {
        var release = GvisorReleases.Known.Parse(target.Release);
        var gvisor = new GvisorHistory(target.Configuration);
        if (Newer(VerdictHistory.Of(trace, gvisor), release, target, "") is { } newer) found.Add(newer);

        var together = new List<Fix>();
        foreach (var (flag, value) in GvisorHistory.DecidingFlags)
        {
            var changed = target with { Configuration = target.Configuration.SetItem(flag, value) };
            var history = VerdictHistory.Of(trace, new GvisorHistory(changed.Configuration));
            if (history.At(release) is { } verdict and <= Verdict.Caveats) found.Add(new Fix(FixKind.Flag, changed.ToString(), null, verdict, $"start runsc with --{flag}={value}"));
            else if (Newer(history, release, changed, $" and start runsc with --{flag}={value}") is { } both) together.Add(both);
        }
        for (var number = 0; number < 64; number++)
        {
            var capability = 1UL << number;
            if ((GvisorHistory.DecidingCapabilities & ~trace.Capabilities & capability) == 0) continue;
            if (VerdictHistory.Of(trace, gvisor, trace.Capabilities | capability).At(release) is not ({ } verdict and <= Verdict.Caveats)) continue;
            found.Add(new Fix(FixKind.Capability, target.ToString(), Capabilities.NameOf(number), verdict, $"give the container {Capabilities.NameOf(number)}"));
        }
        if (found.Count == 0) found.AddRange(together);
    }

    static Fix? Newer(VerdictHistory history, Release release, Target target, string also)
    {
        var (verdict, from) = history.From(Verdict.Compatible) is { } compatible ? (Verdict.Compatible, compatible) : (Verdict.Caveats, history.From(Verdict.Caveats));
        if (from is not { } first || first <= release) return null;
        var name = GvisorReleases.Known.NameOf(first);
        return new Fix(FixKind.Release, (target with { Release = name }).ToString(), null, verdict, $"upgrade gVisor to {name} or newer{also}");
    }

    static void AddNewerKata(List<Fix> found, Trace trace, Target target, Abi arch)
    {
        foreach (var verdict in (Verdict[])[Verdict.Compatible, Verdict.Caveats])
        {
            if (MinimumRelease.Of(trace, target, arch, verdict) is not { } name || KataReleases.Known.IndexOf(name) <= KataReleases.Known.IndexOf(target.Release)) continue;
            found.Add(new Fix(FixKind.Release, (target with { Release = name }).ToString(), null, verdict, $"upgrade Kata to {name} or newer"));
            return;
        }
    }

    // runc always would do and is no sandbox.
    static Fix? OtherRuntime(Trace trace, Target target, Abi arch)
    {
        if (target.Runtime is not ("gvisor" or "kata")) return null;
        var other = TargetParser.Parse(target.Runtime == "gvisor" ? "kata" : "gvisor");
        var verdict = Assessor.Assess(trace, TargetModels.Of(other, arch), rule => rule).Verdict;
        return verdict <= Verdict.Caveats ? new Fix(FixKind.Runtime, other.ToString(), null, verdict, $"run it under {other}") : null;
    }
}
