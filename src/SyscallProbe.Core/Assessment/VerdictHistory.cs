using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Assessment;

/// <summary>One trace against every gVisor release under one configuration.</summary>
/// <remarks>
/// Each observation is looked at once, over runs of releases in which its outcome is the same: under a millisecond for a few hundred observations.
/// The verdicts are those of <see cref="Assessor"/> at each release.
/// </remarks>
public sealed class VerdictHistory
{
    readonly ImmutableArray<Verdict?> _verdicts; // by release; null where runsc lacks a flag

    VerdictHistory(ImmutableArray<Verdict?> verdicts) => _verdicts = verdicts;

    /// <summary>Assesses a trace.</summary>
    /// <param name="capabilities">The container's, by number; null for those that the trace has.</param>
    public static VerdictHistory Of(Trace trace, GvisorHistory gvisor, ulong? capabilities = null)
    {
        var releases = GvisorReleases.Known.All;
        var felt = new Felt[releases.Length];
        var spans = new List<PredictedSpan>();
        var has = capabilities ?? trace.Capabilities;
        var taken = TakenErrors.Of(trace);
        foreach (var observation in trace.Observations)
        {
            if (observation.Phase == Phase.Init) continue;
            var call = Call.Of(observation, has);
            gvisor.Predict(call, spans);
            foreach (var (since, until, prediction) in spans)
            {
                if (Assessor.Worst(observation, call, prediction, taken) is not { Consequence: not Consequence.Harmless } worst) continue;
                var of = Verdicts.FeltOf(worst.Consequence);
                foreach (ref var there in felt.AsSpan(since.Index..(until.Index + 1))) there |= of;
            }
        }
        return new VerdictHistory([.. releases.Select(release => gvisor.IsKnownAt(release) ? Verdicts.Of(trace.Evidence, felt[release.Index]) : (Verdict?)null)]);
    }

    /// <summary>The verdict at a release; null where its runsc lacks a flag of the configuration, so that nobody can start it so.</summary>
    public Verdict? At(Release release) => _verdicts[release.Index];

    /// <summary>The first release from which on every known one has at worst this verdict; null when the newest is worse.</summary>
    /// <param name="worst"><see cref="Verdict.Compatible"/> or <see cref="Verdict.Caveats"/>.</param>
    public Release? From(Verdict worst)
    {
        var from = _verdicts.Length;
        while (from > 0 && _verdicts[from - 1] <= worst) from--;
        return from == _verdicts.Length ? null : new Release(from);
    }
}
