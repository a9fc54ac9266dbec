using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>gVisor at one release under one configuration: one release of <see cref="GvisorHistory"/>, which says how outcomes are found.</summary>
public sealed class GvisorModel : ITargetModel
{
    readonly Release _release;
    readonly GvisorHistory _history;

    /// <summary>Binds a target to the knowledge that this assembly was built with.</summary>
    /// <exception cref="FailureException">The release or a flag is not known.</exception>
    public GvisorModel(Target target)
        : this(target, rules: null)
    {
    }

    /// <summary>As the other one, with other rules.</summary>
    internal GvisorModel(Target target, RuleTable? rules)
    {
        Target = target;
        _release = GvisorReleases.Known.Parse(target.Release);
        _history = new GvisorHistory(target.Configuration, rules);
    }

    public Target Target { get; }

    public ulong StrippedCapabilities => _history.StrippedAt(_release);

    public Prediction Predict(Call call) => _history.Predict(call, _release);

    /// <summary>As <see cref="GvisorHistory.DeciderOf"/>, at this release.</summary>
    internal int? DeciderOf(Call call) => _history.DeciderOf(call, _release);
}
