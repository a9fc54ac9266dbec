namespace SyscallProbe.Rules;

/// <summary>Makes the dispatch of syscalls: which rules may hold for which values of their arguments, and from which release on.</summary>
sealed class RuleDispatchPacker(int releases)
{
    const int MostMultipliers = 256;

    readonly Dictionary<string, uint> _known = new(StringComparer.Ordinal);

    /// <summary>A rule with its position, as the ABI has it.</summary>
    readonly record struct Rule(ushort Position, RuleRecord Record, Term[] Terms)
    {
        public bool Names(int slot) => Terms.Any(term => IsValue(term, slot));

        public ulong ValueOf(int slot) => Terms.FirstOrDefault(term => IsValue(term, slot)).Low;

        public bool MayHold(int slot, ulong value) => Terms.All(term => term.Slot != slot || term.Holds(value));

        static bool IsValue(Term term, int slot) => term.Slot == slot && term is { Negated: 0, Mask: ulong.MaxValue } && term.Low == term.High;
    }

    public List<RuleDispatch> Dispatches { get; } = [];

    public List<RuleBucket> Buckets { get; } = [];

    public List<RuleSegment> Segments { get; } = [];

    public List<ushort> Entries { get; } = [];

    /// <summary>Adds one syscall.</summary>
    /// <param name="first">Position of its first rule.</param>
    public void Add(int first, IReadOnlyList<(RuleRecord Record, Term[] Terms)> rules)
    {
        Rule[] all = [.. rules.Select((rule, i) => new Rule(checked((ushort)(first + i)), rule.Record, rule.Terms))];
        var (slot, second) = BestSlots(all);
        var pairs = Pairs(all, slot, second);
        var (multiplier, bits) = PerfectHash(pairs);
        var dispatch = new RuleDispatch(multiplier, (uint)Buckets.Count, ListOf(all), ListOf([.. all.Where(rule => !Names(rule, slot, second))]), (byte)slot, (byte)second, (byte)(64 - bits));
        var buckets = new RuleBucket[1 << bits];
        foreach (var (a, b) in pairs) buckets[dispatch.BucketOf(a, b) - dispatch.Buckets] = new RuleBucket(a, b, ListOf(Of(all, slot, second, a, b)));
        Dispatches.Add(dispatch);
        Buckets.AddRange(buckets);
    }

    // The slots with the fewest rules left to look at, over the calls that the rules themselves name.
    static (int Slot, int Second) BestSlots(Rule[] rules)
    {
        int[] named = [.. Enumerable.Range(0, Call.Slots).Where(slot => rules.Any(rule => rule.Names(slot)))];
        var best = (RuleDispatch.NoSlot, RuleDispatch.NoSlot, Cost(rules, RuleDispatch.NoSlot, RuleDispatch.NoSlot));
        foreach (var a in named)
        {
            foreach (var b in named)
            {
                if (a <= b && Cost(rules, a, b) is var cost && cost < best.Item3) best = ((byte)a, (byte)b, cost);
            }
        }
        return (best.Item1, best.Item2);
    }

    static int Cost(Rule[] rules, int slot, int second)
    {
        var others = rules.Count(rule => !Names(rule, slot, second));
        return rules.Sum(rule => Names(rule, slot, second) ? Of(rules, slot, second, rule.ValueOf(slot), rule.ValueOf(second)).Length : others);
    }

    static bool Names(Rule rule, int slot, int second) => rule.Names(slot) && rule.Names(second);

    static (ulong First, ulong Second)[] Pairs(Rule[] rules, int slot, int second) =>
        [.. rules.Where(rule => Names(rule, slot, second)).Select(rule => (rule.ValueOf(slot), rule.ValueOf(second))).Distinct().Order()];

    static Rule[] Of(Rule[] rules, int slot, int second, ulong a, ulong b) => [.. rules.Where(rule => rule.MayHold(slot, a) && rule.MayHold(second, b))];

    RuleList ListOf(Rule[] rules)
    {
        if (rules.Length == 0) return default;
        var first = AddEntries(rules);
        var since = rules.SelectMany(rule => new[] { rule.Record.Since, rule.Record.Until + 1 }).Append(0).Where(release => release < releases).Distinct().Order().ToArray();
        var segments = (uint)Segments.Count;
        foreach (var release in since)
        {
            Rule[] inForce = [.. rules.Where(rule => rule.Record.Since <= release && release <= rule.Record.Until)];
            Segments.Add(new RuleSegment(AddEntries(inForce), (ushort)inForce.Length, (ushort)release));
        }
        return new RuleList(first, segments, checked((ushort)rules.Length), checked((ushort)since.Length));
    }

    // Equal lists are kept once.
    uint AddEntries(Rule[] rules)
    {
        var key = string.Join(',', rules.Select(rule => rule.Position));
        if (_known.TryGetValue(key, out var known)) return known;
        _known[key] = known = (uint)Entries.Count;
        Entries.AddRange(rules.Select(rule => rule.Position));
        return known;
    }

    // At least twice as many buckets as pairs; the same pairs always give the same multiplier.
    static (ulong Multiplier, int Bits) PerfectHash((ulong First, ulong Second)[] pairs)
    {
        for (var bits = 1; ; bits++)
        {
            if (1 << bits < 2 * pairs.Length) continue;
            var multiplier = 0x9E3779B97F4A7C15UL;
            for (var attempt = 0; attempt < MostMultipliers; attempt++, multiplier = multiplier * 6364136223846793005UL + 1442695040888963406UL)
            {
                var hash = new RuleDispatch(multiplier, 0, default, default, 0, 0, (byte)(64 - bits));
                if (pairs.Select(pair => hash.BucketOf(pair.First, pair.Second)).Distinct().Count() == pairs.Length) return (multiplier, bits);
            }
        }
    }
}
