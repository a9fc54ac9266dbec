using System.Globalization;

namespace SyscallProbe.Kubernetes;

/// <summary>Reads Kubernetes' quantities: <c>250m</c> is 0.25, <c>1Ki</c> is 1024, <c>1k</c> is 1000, <c>1e3</c> too.</summary>
/// <remarks>k8s.io/apimachinery pkg/api/resource/quantity.go.</remarks>
public static class Quantity
{
    static readonly (string Suffix, decimal Factor)[] s_suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50), ("Ei", 1L << 60),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m), ("", 1m),
    ];

    /// <summary>The number of cores or bytes; false for a text of another form, one with a sign and one that is too large.</summary>
    public static bool TryParse(string text, out decimal value) => TryParse(text, NumberStyles.None, out value);

    /// <summary>Whether two amounts are the same, however they are written; texts that are none must be the same texts.</summary>
    public static bool AreEqual(string a, string b) =>
        a == b || (TryParse(a, NumberStyles.AllowLeadingSign, out var first) && TryParse(b, NumberStyles.AllowLeadingSign, out var second) && first == second);

    static bool TryParse(string text, NumberStyles sign, out decimal value)
    {
        value = 0;
        var (suffix, factor) = s_suffixes.First(known => text.EndsWith(known.Suffix, StringComparison.Ordinal));
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), style | sign, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > decimal.MaxValue / Math.Max(factor, 1)) return false;
        value = number * factor;
        return true;
    }
}
