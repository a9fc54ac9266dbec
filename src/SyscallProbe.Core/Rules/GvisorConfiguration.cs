using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>runsc's flags as they are in force at each release: those given over the release's defaults.</summary>
/// <remarks>A condition is evaluated for all releases when first asked for; after that an answer is a bit. Safe to ask from several threads.</remarks>
sealed class GvisorConfiguration
{
    static readonly Lazy<ImmutableArray<StrippedRow>> s_stripped = new(ReadStripped);

    readonly record struct StrippedRow(int Number, FlagTerms When, int Since, int Until);

    readonly ImmutableSortedDictionary<string, string> _given;
    readonly Dictionary<FlagTerms, Condition> _conditions = [];
    readonly ulong[] _stripped;

    /// <summary>The conditions under which runsc takes capabilities away.</summary>
    public static IEnumerable<FlagTerms> Conditions => s_stripped.Value.Select(row => row.When);

    /// <summary>Where a condition holds, and where that changes.</summary>
    public sealed record Condition(ReleaseSet Holds, ReleaseSet Changes);

    /// <param name="given">Values by name, as in a target.</param>
    public GvisorConfiguration(ImmutableSortedDictionary<string, string> given)
    {
        _given = given;
        _stripped = new ulong[GvisorReleases.Known.All.Length];
        foreach (var row in s_stripped.Value)
        {
            var when = Of(row.When).Holds;
            for (var release = row.Since; release <= row.Until; release++)
            {
                if (when[release]) _stripped[release] |= 1UL << row.Number;
            }
        }
        StrippedChanges = new ReleaseSet(_stripped.Length);
        for (var release = 1; release < _stripped.Length; release++)
        {
            if (_stripped[release] != _stripped[release - 1]) StrippedChanges.Add(release);
        }
    }

    /// <summary>Capabilities that runsc takes away whatever the bundle grants, by number (<c>data/gvisor/stripped-capabilities.csv</c>).</summary>
    public ulong StrippedAt(Release release) => _stripped[release.Index];

    /// <summary>Where <see cref="StrippedAt"/> changes.</summary>
    public ReleaseSet StrippedChanges { get; }

    /// <summary>The flag's value, or null where the release does not have the flag.</summary>
    public string? ValueOf(string flag, Release release) => _given.TryGetValue(flag, out var value) ? value : GvisorFlags.DefaultOf(flag, release);

    /// <summary>Whether a release has all flags that are given: without them nobody can start it so.</summary>
    public bool IsKnownAt(Release release)
    {
        foreach (var flag in _given.Keys)
        {
            if (GvisorFlags.DefaultOf(flag, release) is null) return false;
        }
        return true;
    }

    /// <summary>Where a condition holds. Keep the result: finding it again takes a lock.</summary>
    public Condition Of(FlagTerms terms)
    {
        lock (_conditions)
        {
            if (!_conditions.TryGetValue(terms, out var condition)) _conditions[terms] = condition = Evaluate(terms);
            return condition;
        }
    }

    // A default changes only where a span of its flag begins or ends.
    Condition Evaluate(FlagTerms terms)
    {
        var count = GvisorReleases.Known.All.Length;
        var (holds, changes, spans) = (new ReleaseSet(count), new ReleaseSet(count), new ReleaseSet(count));
        spans.Add(0);
        foreach (var (since, until) in terms.Flags.SelectMany(GvisorFlags.SpansOf))
        {
            spans.Add(since.Index);
            spans.Add(until.Index + 1);
        }
        var before = false;
        for (var (from, next) = (0, 0); from < count; from = next)
        {
            next = spans.NextFrom(from + 1);
            var now = terms.Hold(flag => ValueOf(flag, new Release(from)));
            if (now != before) changes.Add(from);
            for (var release = from; now && release < next; release++) holds.Add(release);
            before = now;
        }
        return new Condition(holds, changes);
    }

    static ImmutableArray<StrippedRow> ReadStripped()
    {
        var (releases, table) = (GvisorReleases.Known, PackedImage.Embedded.Table("gvisor/stripped-capabilities"));
        int capability = table.Column("capability"), configuration = table.Column("configuration"), since = table.Column("since"), until = table.Column("until");
        return [.. Enumerable.Range(0, table.RowCount).Select(row => new StrippedRow(
            Capabilities.TryParse(table.Text(row, capability), out var number) ? number : throw new InvalidDataException(table.Text(row, capability)),
            new FlagTerms(table.Text(row, configuration)), releases.Parse(table.Text(row, since)).Index,
            (table.Text(row, until) is { Length: > 0 } last ? releases.Parse(last) : releases.Newest).Index))];
    }
}
