namespace SyscallProbe;

/// <summary>Finds the known names that a mistyped one was probably meant to be.</summary>
public static class Nearest
{
    /// <summary>The candidates closest to <paramref name="typed"/>, best first; empty when none is near enough to be a slip.</summary>
    /// <param name="limit">Most names returned.</param>
    /// <remarks>Near enough: at most a third of the longer name would have to be edited, or one begins with the other. Case is ignored.</remarks>
    public static IReadOnlyList<string> To(string typed, IEnumerable<string> candidates, int limit = 3)
    {
        var wanted = typed.ToLowerInvariant();
        return [.. candidates.Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Distance: Distance(wanted, name.ToLowerInvariant())))
            .Where(found => IsNear(wanted, found.Name.ToLowerInvariant(), found.Distance))
            .OrderBy(found => found.Distance).ThenBy(found => found.Name, StringComparer.Ordinal)
            .Take(limit).Select(found => found.Name)];
    }

    /// <summary>What an error adds for a mistyped name: <c>; nearest: x, y</c>, or nothing.</summary>
    public static string Meant(string typed, IEnumerable<string> candidates) => To(typed, candidates) is { Count: > 0 } near ? $"; nearest: {string.Join(", ", near)}" : "";

    static bool IsNear(string typed, string name, int distance) =>
        distance * 3 <= Math.Max(typed.Length, name.Length)
        || (typed.Length >= 3 && name.StartsWith(typed, StringComparison.Ordinal))
        || (name.Length >= 3 && typed.StartsWith(name, StringComparison.Ordinal));

    // Optimal string alignment: insert, delete, replace and swap of neighbours cost 1 each.
    static int Distance(string a, string b)
    {
        // A name is short; what is longer was not meant to be one, and must not cost quadratic time.
        if (a.Length > 200 || b.Length > 200) return int.MaxValue / 3;
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }
        }
        return rows[a.Length, b.Length];
    }
}
