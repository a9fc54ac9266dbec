using System.Globalization;
using System.Numerics;

namespace SyscallProbe.Matrix;

/// <summary>A gVisor release that the matrix knows. Ordered as in <c>data/gvisor/releases.csv</c>: by the date in its name.</summary>
/// <param name="Index">Position in <see cref="GvisorReleases.All"/>.</param>
public readonly record struct Release(int Index) : IComparable<Release>
{
    public int CompareTo(Release other) => Index.CompareTo(other.Index);

    public static bool operator <(Release a, Release b) => a.Index < b.Index;

    public static bool operator >(Release a, Release b) => a.Index > b.Index;

    public static bool operator <=(Release a, Release b) => a.Index <= b.Index;

    public static bool operator >=(Release a, Release b) => a.Index >= b.Index;

    /// <summary>Whether a text looks like a release tag, <c>release-YYYYMMDD.N</c>; says nothing about whether it exists.</summary>
    public static bool HasForm(ReadOnlySpan<char> name) =>
        name.Length >= 18 && name.StartsWith("release-") && name[16] == '.' && !name[8..16].ContainsAnyExceptInRange('0', '9')
        && !name[17..].ContainsAnyExceptInRange('0', '9');

    /// <summary>The order of releases: by the date in the name, then by the number behind it. Both names must have the form.</summary>
    public static int CompareNames(string a, string b)
    {
        var order = string.CompareOrdinal(a, 0, b, 0, 17);
        return order != 0 ? order : BigInteger.Parse(a.AsSpan(17), CultureInfo.InvariantCulture).CompareTo(BigInteger.Parse(b.AsSpan(17), CultureInfo.InvariantCulture));
    }
}
