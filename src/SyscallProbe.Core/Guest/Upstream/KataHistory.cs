using SyscallProbe.Matrix;

namespace SyscallProbe.Guest.Upstream;

/// <summary>One guest kernel of a release as read from Kata's repository.</summary>
/// <param name="Variant">The kernel's name among the release's assets: <c>kernel</c>, <c>kernel-confidential</c>.</param>
/// <param name="Kernel">As in <c>versions.yaml</c>: <c>v6.18.35</c>.</param>
/// <param name="Tree">Series of the source tree in which the configuration was made; null when it was not made.</param>
/// <param name="Config">Every option asked for, with <c>y</c>, <c>m</c> or <c>n</c>; empty without a tree.</param>
public sealed record ImportedGuest(string Variant, Abi Arch, string Kernel, KernelVersion? Tree, IReadOnlyDictionary<string, string> Config);

/// <summary>A release of Kata with its guest kernels.</summary>
/// <param name="Date">Of the tagged commit, ISO.</param>
public sealed record ImportedKata(string Release, string Date, string Commit, IReadOnlyList<ImportedGuest> Guests);

/// <summary>Makes <c>data/kata/*.csv</c> from what was read: a row per change, in the order of releases.</summary>
/// <param name="releases">In the order of <see cref="KataVersion"/>.</param>
public sealed class KataHistory(IReadOnlyList<ImportedKata> releases)
{
    /// <summary><c>kata/releases.csv</c>.</summary>
    public CsvFile Releases() => new("kata/releases.csv", ["release", "date", "commit"],
        [.. releases.Select(release => (IReadOnlyList<string>)[release.Release, release.Date, release.Commit])]);

    /// <summary><c>kata/kernels.csv</c>: an empty kernel says that the variant is not built any more.</summary>
    public CsvFile Kernels() => new("kata/kernels.csv", ["variant", "arch", "since", "kernel", "tree"],
        Changes((guest, rows) => rows.Add(("", [guest.Kernel, guest.Tree?.ToString() ?? ""])), ["", ""], key => []));

    /// <summary><c>kata/configs.csv</c>.</summary>
    public CsvFile Configs() => new("kata/configs.csv", ["variant", "arch", "option", "since", "value"],
        Changes((guest, rows) => rows.AddRange(guest.Config.Select(option => (option.Key, new[] { option.Value }))), null, key => [key]));

    // Walks the releases for each variant and architecture, and keeps a row where a key's cells differ from the last ones.
    List<IReadOnlyList<string>> Changes(Action<ImportedGuest, List<(string Key, string[] Cells)>> cellsOf, string[]? gone, Func<string, string[]> keyCells)
    {
        var result = new List<(string Variant, Abi Arch, string Key, int Release, string[] Row)>();
        var last = new Dictionary<(string Variant, Abi Arch, string Key), string[]>();
        for (var i = 0; i < releases.Count; i++)
        {
            var rows = new List<(string Key, string[] Cells)>();
            var seen = new HashSet<(string Variant, Abi Arch, string Key)>();
            foreach (var guest in releases[i].Guests)
            {
                rows.Clear();
                cellsOf(guest, rows);
                foreach (var (key, cells) in rows) Add(i, (guest.Variant, guest.Arch, key), cells, seen);
            }
            if (gone is null) continue;
            foreach (var key in last.Keys.Where(key => !seen.Contains(key)).ToArray()) Add(i, key, gone, seen);
        }
        return [.. result.OrderBy(row => row.Variant, StringComparer.Ordinal).ThenBy(row => row.Arch).ThenBy(row => row.Key, StringComparer.Ordinal)
            .ThenBy(row => row.Release).Select(row => row.Row)];

        void Add(int release, (string Variant, Abi Arch, string Key) key, string[] cells, HashSet<(string Variant, Abi Arch, string Key)> seen)
        {
            seen.Add(key);
            if (last.TryGetValue(key, out var before) && before.SequenceEqual(cells)) return;
            last[key] = cells;
            result.Add((key.Variant, key.Arch, key.Key, release, [key.Variant, key.Arch.Name(), .. keyCells(key.Key), releases[release].Release, .. cells]));
        }
    }
}
