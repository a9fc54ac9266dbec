using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>gVisor at one release under one configuration.</summary>
/// <remarks>
/// A level of gVisor's own table that refuses the call decides first, then a path that the sandbox does not have, then the first rule that holds. Where none
/// does, a level <c>full</c> decides for a call without key arguments, and <c>partial</c> never: what has not been studied is unknown, not working.
/// </remarks>
public sealed class GvisorModel : ITargetModel
{
    const string NotInTable = "GV0001", AlwaysError = "GV0002", NeedsCapability = "GV0003", NotStudied = "GV0004";

    static readonly Lazy<RuleTable> s_known = new(() => new RuleTable(PackedImage.Embedded));

    readonly Release _release;
    readonly GvisorLevels _levels;
    readonly RuleTable _rules;
    readonly GvisorConfiguration _configuration;
    readonly Func<string, string?> _valueOf;

    /// <summary>Binds a target to the knowledge that this assembly was built with.</summary>
    /// <exception cref="FailureException">The release or a flag is not known.</exception>
    public GvisorModel(Target target)
        : this(target, s_known.Value)
    {
    }

    /// <summary>As the other one, with other rules.</summary>
    internal GvisorModel(Target target, RuleTable rules)
    {
        Target = target;
        _release = GvisorReleases.Known.Parse(target.Release);
        _levels = GvisorLevels.Known;
        _rules = rules;
        _configuration = new GvisorConfiguration(target.Configuration, _release);
        _valueOf = _configuration.ValueOf;
    }

    public Target Target { get; }

    public Prediction Predict(Call call)
    {
        // What the table refuses has no handler that could look at an argument.
        if (_levels.EntryOf(call.Abi, call.Nr, _release).Level is not (SupportLevel.Full or SupportLevel.Partial)) return new Prediction(OutcomeOfLevel(call));
        if (OutcomeOfPath(call) is { } missing) return new Prediction(missing);
        List<Outcome>? open = null;
        string? fd = null;
        var hangsOnArgument = false;
        var (from, length) = _rules.RulesOf(call.Abi, call.Nr).GetOffsetAndLength(_rules.RuleCount);
        for (var index = from; index < from + length; index++)
        {
            ref readonly var rule = ref _rules.Rules[index];
            if (rule.Since > _release.Index || rule.Until < _release.Index) continue;
            var match = RuleMatcher.Match(_rules, index, call, _configuration.StrippedCapabilities);
            if (match == RuleMatch.No || (rule.HasConfiguration && !_configuration.Holds(_rules.TextsOf(index).Configuration))) continue;
            var outcome = _rules.TextsOf(index).Outcome;
            if (match == RuleMatch.Yes) return Done(open, outcome, hangsOnArgument ? null : fd);
            Add(open ??= [], outcome);
            if (match == RuleMatch.IfFd) fd ??= $"fd={rule.Fd.Name()}";
            else hangsOnArgument = true;
        }
        return Done(open, OutcomeOfLevel(call), hangsOnArgument ? null : fd);
    }

    static Prediction Done(List<Outcome>? open, Outcome last, string? fd)
    {
        if (open is null) return new Prediction(last);
        Add(open, last);
        return new Prediction([.. open], fd);
    }

    static void Add(List<Outcome> possible, Outcome outcome)
    {
        if (!possible.Any(other => other.Kind == outcome.Kind && other.Errno == outcome.Errno && other.Rule == outcome.Rule)) possible.Add(outcome);
    }

    // Where nothing is at the path that a call looks up, none of its other arguments matters.
    Outcome? OutcomeOfPath(Call call)
    {
        if (call.Path is null) return null;
        if (!KeyArguments.Of(call.Abi, call.Nr).Any(key => key.IsLookedUp)) return null;
        return call.Creates ? null : GvisorPaths.OutcomeOf(call.Path, call.PathHistory.At(_release, _valueOf), call.Opens);
    }

    Outcome OutcomeOfLevel(Call call)
    {
        if (call.Abi > Abi.Arm64)
        {
            return new Outcome(OutcomeKind.Unknown, Effect: "a call of a foreign ABI, which has not been studied", Rule: NotStudied);
        }
        var entry = _levels.EntryOf(call.Abi, call.Nr, _release);
        var source = $"data/gvisor/levels.csv:{call.Syscall ?? call.Nr.ToString()}";
        return entry.Level switch
        {
            SupportLevel.Undefined => new Outcome(OutcomeKind.Fails, Errno.ENOSYS, Rule: NotInTable, Source: source),
            SupportLevel.Error => new Outcome(OutcomeKind.Fails, entry.Errno, Rule: AlwaysError, Source: source),
            SupportLevel.CapGate => new Outcome(OutcomeKind.Fails, HasCapability(call, entry) ? Errno.ENOSYS : entry.Errno, Rule: NeedsCapability, Source: source),
            SupportLevel.Full when KeyArguments.Of(call.Abi, call.Nr).All(argument => !argument.IsValue) => new Outcome(OutcomeKind.Works, Source: source),
            _ => new Outcome(OutcomeKind.Unknown, Effect: "this argument has not been studied at this release", Rule: NotStudied, Source: source),
        };
    }

    bool HasCapability(Call call, LevelEntry entry) =>
        Capabilities.TryParse(entry.Capability!, out var number) && ((call.Capabilities & ~_configuration.StrippedCapabilities) & 1UL << number) != 0;
}
