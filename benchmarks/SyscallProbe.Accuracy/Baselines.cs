using SyscallProbe.Matrix;
using SyscallProbe.Traces;

namespace SyscallProbe.Accuracy;

/// <summary>What people use instead: a list of calls, by strace, held against the list that <c>runsc help syscalls</c> prints.</summary>
/// <remarks>The calls come from our own trace, which has at least those that strace shows; the list is the matrix, which equals the command's output for the release.</remarks>
static class Baselines
{
    public const string Compatible = "compatible", Incompatible = "incompatible";

    /// <summary>Says incompatible where a call of the trace is not supported, or where <paramref name="partial"/> is set is not supported in full.</summary>
    public static string Judge(Trace trace, string release, bool partial)
    {
        var levels = GvisorLevels.Known.At(GvisorReleases.Known.Parse(release));
        var bad = trace.Observations.Any(observation => observation.Phase != Phase.Init && levels.LevelOf(observation.Abi, observation.Nr) switch
        {
            SupportLevel.Full => false,
            SupportLevel.Partial => partial,
            _ => true,
        });
        return bad ? Incompatible : Compatible;
    }
}
