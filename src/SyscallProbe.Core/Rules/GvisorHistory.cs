using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>What gVisor does with a call in a run of releases.</summary>
/// <param name="Until">The last release of the run.</param>
public readonly record struct PredictedSpan(Release Since, Release Until, Prediction Prediction);

/// <summary>gVisor at every release under one configuration.</summary>
/// <remarks>
/// A level of gVisor's own table that refuses the call decides first, then a path that the sandbox does not have, then the first rule that holds. Where none
/// does, a level <c>full</c> decides for a call without key arguments, and <c>partial</c> never: what has not been studied is unknown, not working.
/// </remarks>
public sealed class GvisorHistory
{
    // Candidates of one call: more than any syscall has rules today, and small enough for the stack.
    const int OnStack = 512;

    static readonly Lazy<RuleTable> s_known = new(() => new RuleTable(PackedImage.Embedded));

    static readonly Lazy<ulong> s_decidingCapabilities = new(() =>
    {
        var all = 0UL;
        foreach (ref readonly var rule in s_known.Value.Rules) all |= rule.Has | rule.Lacks;
        return all;
    });

    static readonly Lazy<ImmutableArray<(string, string)>> s_decidingFlags = new(() =>
    [
        .. s_known.Value.Configurations.Concat(GvisorPaths.Known.Conditions).Concat(GvisorConfiguration.Conditions).SelectMany(terms => terms.Settings)
            .SelectMany(setting => setting.Value is "true" or "false" ? [(setting.Flag, "true"), (setting.Flag, "false")] : new[] { setting })
            .Where(setting => !setting.Flag.StartsWith("TESTONLY-", StringComparison.Ordinal)).Distinct().Order(),
    ]);

    readonly GvisorLevels _levels = GvisorLevels.Known;
    readonly RuleTable _rules;
    readonly GvisorConfiguration _configuration;
    readonly ImmutableArray<GvisorConfiguration.Condition> _conditions; // by RuleRecord.Configuration less one

    /// <summary>A rule whose arguments, kind of file and path hold or may hold; release, flags and capabilities are still to be looked at.</summary>
    readonly record struct Candidate(ushort Rule, RuleMatch Match);

    /// <param name="configuration">Flags by name, as in a target; those not given have each release's default.</param>
    public GvisorHistory(ImmutableSortedDictionary<string, string> configuration)
        : this(configuration, s_known.Value)
    {
    }

    /// <summary>As the other one, with other rules.</summary>
    internal GvisorHistory(ImmutableSortedDictionary<string, string> configuration, RuleTable? rules)
    {
        _rules = rules ?? s_known.Value;
        _configuration = new GvisorConfiguration(configuration);
        _conditions = [.. _rules.Configurations.Select(_configuration.Of)];
    }

    /// <summary>Flags with the values that some rule, path or stripped capability hangs on, and of a switch both; those that gVisor has for its own tests left out.</summary>
    public static IReadOnlyList<(string Flag, string Value)> DecidingFlags => s_decidingFlags.Value;

    /// <summary>Capabilities that some rule hangs on, by number.</summary>
    public static ulong DecidingCapabilities => s_decidingCapabilities.Value;

    /// <summary>Whether runsc of a release has all flags that the configuration gives.</summary>
    public bool IsKnownAt(Release release) => _configuration.IsKnownAt(release);

    /// <summary>Capabilities that runsc takes away at a release, by number.</summary>
    public ulong StrippedAt(Release release) => _configuration.StrippedAt(release);

    /// <summary>The rules that this assembly was built with.</summary>
    internal static RuleTable KnownRules => s_known.Value;

    /// <summary>The rule that alone decides a call, by its position in the rule table; null where none does: a level, a path, nvproxy, or several that may.</summary>
    internal int? DeciderOf(Call call, Release release)
    {
        PredictOpen(call, release, out var decider);
        return decider;
    }

    /// <summary>What one release does with a call. Safe to call from several threads.</summary>
    /// <remarks>Allocates nothing where one rule or the level decides alone, but the first time.</remarks>
    public Prediction Predict(Call call, Release release)
    {
        if (_levels.LevelOf(call.Abi, call.Nr, release) is SupportLevel.Full or SupportLevel.Partial && call.Path is null && NvproxyCall.Of(call) is null)
        {
            var rules = _rules.Rules;
            var capabilities = call.Capabilities & ~_configuration.StrippedAt(release);
            foreach (var index in _rules.RulesFor(call, release))
            {
                ref readonly var rule = ref rules[index];
                if (!IsInForce(rule, capabilities, release)) continue;
                var match = RuleMatcher.Match(_rules, index, call);
                if (match == RuleMatch.Yes) return _rules.TextsOf(index).Certain;
                if (match != RuleMatch.No) return PredictOpen(call, release, out _);
            }
            return OfLevel(call, release);
        }
        return PredictOpen(call, release, out _);
    }

    Prediction PredictOpen(Call call, Release release, out int? decider)
    {
        var rules = _rules.RulesFor(call, release);
        var candidates = rules.Length <= OnStack ? stackalloc Candidate[rules.Length] : new Candidate[rules.Length];
        return At(call, release, candidates[..Collect(call, rules, release.Index, release.Index, candidates)], out decider);
    }

    bool IsInForce(in RuleRecord rule, ulong capabilities, Release release) =>
        rule.HoldsWith(capabilities) && (rule.Configuration == 0 || _conditions[rule.Configuration - 1].Holds[release.Index]);

    /// <summary>What every release does with a call, in runs from the first to the newest; neighbours may be equal.</summary>
    /// <param name="into">Cleared, then filled.</param>
    /// <remarks>Each rule is held against the call once, whatever the number of releases. Allocates what the predictions need that no rule alone decides.</remarks>
    public void Predict(Call call, List<PredictedSpan> into)
    {
        into.Clear();
        var rules = _rules.RulesFor(call);
        var candidates = rules.Length <= OnStack ? stackalloc Candidate[rules.Length] : new Candidate[rules.Length];
        candidates = candidates[..Collect(call, rules, 0, _levels.ReleaseCount - 1, candidates)];

        var changes = new ReleaseSet(_levels.ReleaseCount);
        AddChanges(call, candidates, changes);
        for (var (first, next) = (0, 0); first < _levels.ReleaseCount; first = next)
        {
            next = changes.NextFrom(first + 1);
            into.Add(new PredictedSpan(new Release(first), new Release(next - 1), At(call, new Release(first), candidates, out _)));
        }
    }

    // All that an answer depends on and that is not the same at all releases.
    void AddChanges(Call call, ReadOnlySpan<Candidate> candidates, ReleaseSet changes)
    {
        _levels.AddChanges(call.Abi, call.Nr, changes);
        changes.Add(_configuration.StrippedChanges);
        if (LooksUpPath(call)) call.PathHistory.AddChanges(changes, _configuration);
        Nvproxy.AddChanges(call, changes, _configuration);
        foreach (var candidate in candidates)
        {
            ref readonly var rule = ref _rules.Rules[candidate.Rule];
            changes.Add(rule.Since);
            changes.Add(rule.Until + 1);
            if (rule.Configuration > 0) changes.Add(_conditions[rule.Configuration - 1].Changes);
        }
    }

    int Collect(Call call, ReadOnlySpan<ushort> from, int since, int until, Span<Candidate> into)
    {
        var rules = _rules.Rules;
        var count = 0;
        foreach (var index in from)
        {
            ref readonly var rule = ref rules[index];
            if (rule.Since > until || rule.Until < since) continue;
            var match = RuleMatcher.Match(_rules, index, call);
            if (match == RuleMatch.No) continue;
            into[count++] = new Candidate(index, match);
            // No rule behind one that always holds is ever looked at.
            if (match == RuleMatch.Yes && rule.IsUnconditional && rule.Since <= since && until <= rule.Until) break;
        }
        return count;
    }

    Prediction At(Call call, Release release, ReadOnlySpan<Candidate> candidates, out int? decider)
    {
        decider = null;
        // What the table refuses has no handler that could look at an argument.
        if (_levels.LevelOf(call.Abi, call.Nr, release) is not (SupportLevel.Full or SupportLevel.Partial)) return OfLevel(call, release);
        if (LooksUpPath(call) && GvisorPaths.OutcomeOf(call.Path!, call.PathHistory.At(release, _configuration), call.Opens) is { } missing) return new Prediction(missing);
        if (call.Opens && Nvproxy.RefusalOf(call.Path, release, _configuration) is { } refusal) return new Prediction(refusal);
        List<Outcome>? open = null;
        string? fd = null;
        var hangsOnArgument = false;
        var gpu = Nvproxy.Ask(call, release, _configuration);
        if (gpu.PassedOn is { } passedOn)
        {
            if (gpu.IsCertain) return new Prediction(passedOn);
            (open, fd) = ([passedOn], "fd=device");
        }
        var capabilities = call.Capabilities & ~_configuration.StrippedAt(release);
        var rules = _rules.Rules;
        foreach (var (index, match) in candidates)
        {
            ref readonly var rule = ref rules[index];
            if (rule.Since > release.Index || rule.Until < release.Index || !IsInForce(rule, capabilities, release)) continue;
            var certain = _rules.TextsOf(index).Certain;
            if (gpu.Needs is { } needs && certain.Possible[0] is { Kind: not OutcomeKind.Works } refused) certain = new Prediction(refused with { Condition = needs });
            if (match == RuleMatch.Yes)
            {
                if (open is null) decider = index;
                return Done(open, certain, hangsOnArgument ? null : fd);
            }
            Add(open ??= [], certain.Possible[0]);
            if (match == RuleMatch.IfFd) fd ??= $"fd={rule.Fd.Name()}";
            else hangsOnArgument = true;
        }
        return Done(open, OfLevel(call, release), hangsOnArgument ? null : fd);
    }

    static Prediction Done(List<Outcome>? open, Prediction last, string? fd)
    {
        if (open is null) return last;
        Add(open, last.Possible[0]);
        return new Prediction([.. open], fd);
    }

    static void Add(List<Outcome> possible, Outcome outcome)
    {
        foreach (var other in possible)
        {
            if (other.Kind == outcome.Kind && other.Errno == outcome.Errno && other.Rule == outcome.Rule) return;
        }
        possible.Add(outcome);
    }

    // Where nothing is at the path that a call looks up, none of its other arguments matters.
    static bool LooksUpPath(Call call) => call.Path is not null && call.LooksUpPath && !call.Creates;

    Prediction OfLevel(Call call, Release release)
    {
        var code = _levels.CodeOf(call.Abi, call.Nr, release);
        var entry = _levels.EntryOf(code);
        var hasCapability = entry.Level == SupportLevel.CapGate && Capabilities.TryParse(entry.Capability!, out var number)
            && (call.Capabilities & ~_configuration.StrippedAt(release) & 1UL << number) != 0;
        return LevelPredictions.Of(call.Abi, call.Nr, code, entry, hasCapability);
    }
}
