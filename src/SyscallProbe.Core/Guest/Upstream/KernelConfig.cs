using System.Text;

namespace SyscallProbe.Guest.Upstream;

/// <summary>Reads a kernel's <c>.config</c>.</summary>
public static class KernelConfig
{
    /// <summary>The options that are set, with <c>y</c>, <c>m</c> or their text; what is not set is not in it.</summary>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> file)
    {
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(file).Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.StartsWith("CONFIG_", StringComparison.Ordinal)) set[line[..equals]] = line[(equals + 1)..].TrimEnd('\r');
        }
        return set;
    }

    /// <summary>An option's value as <c>data/kata/configs.csv</c> has it: <c>y</c>, <c>m</c>, or <c>n</c> when it is not set or does not exist.</summary>
    public static string ValueOf(IReadOnlyDictionary<string, string> config, string option) =>
        config.TryGetValue(option, out var value) && value is "y" or "m" ? value : "n";
}
