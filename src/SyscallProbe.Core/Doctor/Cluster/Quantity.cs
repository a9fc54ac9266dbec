using System.Globalization;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>Amounts as Kubernetes writes them: <c>250m</c>, <c>0.25</c>, <c>320Mi</c>, <c>1e3</c>.</summary>
/// <remarks>Suffixes: k8s.io/apimachinery pkg/api/resource/suffix.go.</remarks>
static class Quantity
{
    static readonly Dictionary<string, decimal> s_units = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m, ["u"] = 1e-6m, ["m"] = 1e-3m, [""] = 1, ["k"] = 1e3m, ["M"] = 1e6m, ["G"] = 1e9m, ["T"] = 1e12m, ["P"] = 1e15m, ["E"] = 1e18m,
        ["Ki"] = 1L << 10, ["Mi"] = 1L << 20, ["Gi"] = 1L << 30, ["Ti"] = 1L << 40, ["Pi"] = 1L << 50, ["Ei"] = 1L << 60,
    };

    /// <summary>Whether two amounts are the same, however they are written; texts that are none must be the same texts.</summary>
    public static bool AreEqual(string a, string b) => a == b || (Parse(a) is { } first && Parse(b) is { } second && first == second);

    static decimal? Parse(string text)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent;
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        try
        {
            return s_units.TryGetValue(text[end..].TrimStart('.'), out var unit) && decimal.TryParse(text.AsSpan(0, end), style, CultureInfo.InvariantCulture, out var number) ? number * unit : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
