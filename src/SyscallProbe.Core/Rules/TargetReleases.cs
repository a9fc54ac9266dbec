using SyscallProbe.Guest;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>Says whether a row of <c>data/</c> with the columns <c>since</c> and <c>until</c> holds for a target's release.</summary>
static class TargetReleases
{
    /// <summary>Whether the target's release is among them; an empty cell sets no bound. Runc has no releases: every row covers it.</summary>
    /// <param name="target">With its release filled in.</param>
    /// <exception cref="FailureException">A cell names a release that is not known.</exception>
    public static bool Cover(Target target, string since, string until)
    {
        if (IndexOf(target.Runtime) is not { } indexOf) return true;
        var release = indexOf(target.Release);
        return (since.Length == 0 || indexOf(since) <= release) && (until.Length == 0 || release <= indexOf(until));
    }

    static Func<string, int>? IndexOf(string runtime) => runtime switch
    {
        "gvisor" => tag => GvisorReleases.Known.Parse(tag).Index,
        "kata" => tag => KataReleases.Known.IndexOf(KataReleases.Known.Parse(tag).Tag),
        _ => null,
    };
}
