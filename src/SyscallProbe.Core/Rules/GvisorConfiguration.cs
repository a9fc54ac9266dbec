using System.Collections.Immutable;
using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>runsc's flags as they are in force: those given over the release's defaults.</summary>
sealed class GvisorConfiguration
{
    readonly ImmutableSortedDictionary<string, string> _given;
    readonly Release _release;

    public GvisorConfiguration(ImmutableSortedDictionary<string, string> given, Release release)
    {
        (_given, _release) = (given, release);
        StrippedCapabilities = Stripped();
    }

    /// <summary>Capabilities that runsc takes away whatever the bundle grants, by number (<c>data/gvisor/stripped-capabilities.csv</c>).</summary>
    public ulong StrippedCapabilities { get; }

    /// <summary>The flag's value, or null where the release does not have the flag.</summary>
    public string? ValueOf(string flag) => _given.TryGetValue(flag, out var value) ? value : GvisorFlags.DefaultOf(flag, _release);

    /// <summary>Whether terms <c>flag=value|value</c>, separated by spaces, all hold. A flag that the release lacks has no value, so its terms do not hold.</summary>
    public bool Holds(string terms)
    {
        foreach (var term in terms.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = term.IndexOf('=', StringComparison.Ordinal);
            var value = ValueOf(term[..equals]);
            if (value is null || !term[(equals + 1)..].Split('|').Contains(value)) return false;
        }
        return true;
    }

    ulong Stripped()
    {
        var table = PackedImage.Embedded.Table("gvisor/stripped-capabilities");
        ulong stripped = 0;
        for (var row = 0; row < table.RowCount; row++)
        {
            if (GvisorReleases.Known.Parse(table.Text(row, table.Column("since"))).Index > _release.Index) continue;
            if (table.Text(row, table.Column("until")) is { Length: > 0 } until && GvisorReleases.Known.Parse(until).Index < _release.Index) continue;
            if (!Holds(table.Text(row, table.Column("configuration")))) continue;
            if (!Capabilities.TryParse(table.Text(row, table.Column("capability")), out var number)) throw new InvalidDataException(table.Text(row, table.Column("capability")));
            stripped |= 1UL << number;
        }
        return stripped;
    }
}
