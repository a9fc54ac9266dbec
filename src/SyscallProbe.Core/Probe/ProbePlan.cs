using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Probe;

/// <summary>The calls that show whether a release's rules are right: at least one for every rule that can be shown without harm.</summary>
/// <param name="Cases">In the order of the rules.</param>
/// <param name="Unprobed">The other rules of the release.</param>
/// <param name="RuleCount">Rows of <c>data/gvisor/rules/</c> that hold at the release.</param>
public sealed record ProbePlan(ImmutableArray<ProbeCase> Cases, ImmutableArray<UnprobedRule> Unprobed, int RuleCount)
{
    /// <summary>Flags of every sandbox: nothing of the host's network is touched. Platform and the rest are the release's defaults.</summary>
    public static readonly ImmutableSortedDictionary<string, string> BaseConfiguration =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal).Add("network", "none");

    /// <summary>Derives the calls from the rules. Takes about a second.</summary>
    /// <param name="release">A release of gVisor.</param>
    /// <exception cref="FailureException">A recipe below <c>data/probe/</c> is not understood.</exception>
    public static ProbePlan Of(Release release, Abi abi)
    {
        var image = PackedImage.Embedded;
        var rules = GvisorHistory.KnownRules;
        var recipes = ProbeRecipe.Load(image, abi);
        var script = new ProbeScript(image, abi);
        var query = new RuleQuery(rules, abi);
        var models = new Dictionary<string, GvisorModel>(StringComparer.Ordinal);
        var cases = ImmutableArray.CreateBuilder<ProbeCase>();
        var unprobed = ImmutableArray.CreateBuilder<UnprobedRule>();
        var count = 0;
        foreach (var syscall in Syscalls.All(abi))
        {
            var (from, length) = rules.RulesOf(abi, syscall.Nr).GetOffsetAndLength(rules.RuleCount);
            for (var rule = from; rule < from + length; rule++)
            {
                var record = rules.Rules[rule];
                if (record.Since > release.Index || record.Until < release.Index) continue;
                count++;
                var place = rules.PlaceOf(rule);
                string? reason = null;
                var found = false;
                foreach (var kinds in KindsOf(record.Fd, syscall.Name))
                {
                    if ((Case(rule, syscall.Name, kinds, isThorough: false) ?? Case(rule, syscall.Name, kinds, isThorough: true)) is not var (recipe, call, target)) continue;
                    reason ??= recipe.Skip;
                    if (recipe.Skip is not null) continue;
                    var steps = script.Of(call, call.Fd, recipe);
                    cases.Add(new ProbeCase($"{cases.Count + 1}", place, QueryText.Of(call), target, call.Capabilities, ModelOf(target).Predict(call).Single, steps));
                    found = true;
                }
                if (!found) unprobed.Add(new UnprobedRule(place, syscall.Name, reason ?? (recipes.Contains(syscall.Name) ? "no call was found that it decides" : "no recipe")));
            }
        }
        return new ProbePlan(cases.ToImmutable(), unprobed.ToImmutable(), count);

        (ProbeRecipe Recipe, Call Call, Target Target)? Case(int rule, string syscall, ImmutableArray<FdKind> kinds, bool isThorough)
        {
            foreach (var configuration in ConfigurationsOf(rules, rule, abi, syscall, release))
            {
                foreach (var capabilities in CapabilitiesOf(rules, rule, abi, syscall))
                {
                    foreach (var (recipe, kind) in recipes[syscall].SelectMany(recipe => kinds.Select(kind => (recipe, kind))))
                    {
                        if (recipe.Fd != FdKind.Unknown && (recipe.Fd & kind) == 0) continue;
                        var target = new Target("gvisor", GvisorReleases.Known.NameOf(release), recipe.Configuration?.Split('=') is [var flag, var value] ? configuration.SetItem(flag, value) : configuration);
                        if (query.Find(ModelOf(target), rule, syscall, recipe, kind, capabilities, isThorough) is not { } call) continue;
                        var first = recipes[syscall].First(other => other.IsFor(call) && (query.OwnPathOf(rule) is not null || other.Path is null || other.Path == call.Path));
                        if (first == recipe) return (recipe, call, target);
                    }
                }
            }
            return null;
        }

        GvisorModel ModelOf(Target target) => models.TryGetValue(target.ToString(), out var model) ? model : models[target.ToString()] = new GvisorModel(target);

        // A case for each kind that a rule names; of a rule that names none one case, with whatever kind does.
        IEnumerable<ImmutableArray<FdKind>> KindsOf(FdKind ofRule, string syscall)
        {
            if (!KeyArguments.Of(syscall).Any(key => key.Form == KeyForm.Fd)) return [[FdKind.Unknown]];
            var makeable = Enumerable.Range(0, 16).Select(bit => (FdKind)(1 << bit)).Where(script.CanMake);
            return ofRule == FdKind.Unknown ? [[.. makeable]] : makeable.Where(kind => (kind & ofRule) != 0).Select(kind => ImmutableArray.Create(kind));
        }
    }

    // What the rule itself asks for; what gives back capabilities that runsc takes away unless told otherwise; and what rules before it do not ask for.
    static IEnumerable<ImmutableSortedDictionary<string, string>> ConfigurationsOf(RuleTable rules, int rule, Abi abi, string syscall, Release release)
    {
        var own = BaseConfiguration;
        foreach (var values in SettingsOf(rule).GroupBy(setting => setting.Flag, setting => setting.Value))
        {
            if (!values.Contains(own.GetValueOrDefault(values.Key, GvisorFlags.DefaultOf(values.Key, release) ?? ""))) own = own.SetItem(values.Key, values.First());
        }
        yield return own;
        var table = PackedImage.Embedded.Table("gvisor/stripped-capabilities");
        for (var row = 0; row < table.RowCount; row++)
        {
            if (table.Text(row, table.Column("configuration")).Split('=') is [var flag, "false"]) yield return own.SetItem(flag, "true");
        }
        var (from, _) = rules.RulesOf(abi, Syscalls.NrOf(abi, syscall)!.Value).GetOffsetAndLength(rules.RuleCount);
        var others = Enumerable.Range(from, rule - from).Where(other => rules.Rules[other].Until >= release.Index).SelectMany(SettingsOf);
        foreach (var (flag, value) in others.Where(setting => setting.Value is "true" or "false").Distinct())
        {
            yield return own.SetItem(flag, value == "true" ? "false" : "true");
        }

        IEnumerable<(string Flag, string Value)> SettingsOf(int of) => rules.Rules[of].Configuration is > 0 and var configuration ? rules.Configurations[configuration - 1].Settings : [];
    }

    // Docker's own first; then with what the rule wants, without what it wants missing, and with what rules before it want missing.
    static IEnumerable<ulong> CapabilitiesOf(RuleTable rules, int rule, Abi abi, string syscall)
    {
        var docker = Capabilities.DockerDefault;
        yield return docker;
        var record = rules.Rules[rule];
        if (record.Has != 0) yield return docker | record.Has;
        if (record.Lacks != 0) yield return docker & ~record.Lacks;
        var (from, length) = rules.RulesOf(abi, Syscalls.NrOf(abi, syscall)!.Value).GetOffsetAndLength(rules.RuleCount);
        var lacked = 0ul;
        for (var other = from; other < from + length; other++) lacked |= rules.Rules[other].Lacks;
        if ((lacked & ~docker) != 0) yield return docker | lacked;
    }
}
