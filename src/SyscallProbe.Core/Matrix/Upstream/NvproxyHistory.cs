using System.Globalization;

namespace SyscallProbe.Matrix.Upstream;

/// <summary>Turns nvproxy of all releases into <c>data/gvisor/nvproxy-drivers.csv</c> and <c>nvproxy-commands.csv</c>: a row for each change.</summary>
/// <param name="releases">Oldest first; null where the release has no nvproxy.</param>
public sealed class NvproxyHistory(IReadOnlyList<(string Name, NvproxyRelease? Nvproxy)> releases)
{
    /// <summary>The drivers that a release knows; <c>supported</c> is <c>no</c> for one that it refuses unless told otherwise.</summary>
    public CsvFile Drivers()
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var driver in releases.SelectMany(release => release.Nvproxy?.Drivers.Keys.AsEnumerable() ?? []).Distinct().Order())
        {
            var states = releases.Select(release => release.Nvproxy is { } nvproxy && nvproxy.Drivers.TryGetValue(driver, out var entry) ? entry.Supported ? "yes" : "no" : null);
            foreach (var (supported, first, last) in Spans.Of(states)) rows.Add([driver.ToString(), releases[first].Name, UntilOf(last), supported]);
        }
        return new CsvFile("gvisor/nvproxy-drivers.csv", ["driver", "since", "until", "supported"], rows);
    }

    /// <summary>The commands that are passed on, with the first and the last driver for which they are; empty: from the oldest, up to the newest that the release knows.</summary>
    public CsvFile Commands()
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var command in releases.SelectMany(Keys).Distinct().Order())
        {
            var runs = releases.Select(release => release.Nvproxy is { } nvproxy ? RunsOf(nvproxy, command) : null).ToArray();
            var name = releases.Reverse().SelectMany(release => release.Nvproxy?.Drivers.Values.Reverse() ?? [])
                .Select(driver => driver.Abi.Commands.GetValueOrDefault(command)?.Name).FirstOrDefault(name => name?.Length > 0) ?? "";
            foreach (var (run, first, last) in Spans.Of(runs))
            {
                foreach (var part in run.Split(';'))
                {
                    var cells = part.Split(',');
                    rows.Add([command.Kind.ToString().ToLowerInvariant(), string.Create(CultureInfo.InvariantCulture, $"0x{command.Number:x8}"), name,
                        releases[first].Name, UntilOf(last), cells[0], cells[1], cells[2]]);
                }
            }
        }
        return new CsvFile("gvisor/nvproxy-commands.csv", ["kind", "number", "name", "since", "until", "first_driver", "last_driver", "capabilities"], rows);
    }

    string UntilOf(int last) => last == releases.Count - 1 ? "" : releases[last].Name;

    static IEnumerable<(NvproxyKind Kind, uint Number)> Keys((string, NvproxyRelease? Nvproxy) release) =>
        release.Nvproxy?.Drivers.Values.Select(driver => driver.Abi).Distinct().SelectMany(abi => abi.Commands.Keys) ?? [];

    // FIRST,LAST,CAPABILITIES of each run of drivers that agree, joined with ';'; null when none has the command.
    static string? RunsOf(NvproxyRelease release, (NvproxyKind, uint) command)
    {
        var drivers = release.Drivers.ToArray();
        var runs = Spans.Of(drivers.Select(driver => driver.Value.Abi.Commands.GetValueOrDefault(command)?.Capabilities))
            .Select(run => $"{(run.First == 0 ? "" : drivers[run.First].Key)},{(run.Last == drivers.Length - 1 ? "" : drivers[run.Last].Key)},{run.Value}");
        var text = string.Join(';', runs);
        return text.Length == 0 ? null : text;
    }
}
