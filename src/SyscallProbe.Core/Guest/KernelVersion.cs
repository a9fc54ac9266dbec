using System.Globalization;

namespace SyscallProbe.Guest;

/// <summary>A series of Linux kernels, as <c>v6.18</c>: no release within a series adds a syscall.</summary>
public readonly record struct KernelVersion(int Major, int Minor) : IComparable<KernelVersion>
{
    /// <summary>Reads the first <c>N.N</c> that begins a word: <c>v6.18.35</c>, <c>5.10</c>, <c>6.15.0-rc1</c>, <c>kata-v5.6-april-09-2020</c>.</summary>
    public static bool TryParse(string text, out KernelVersion version)
    {
        foreach (var word in text.Split('-'))
        {
            var parts = word.AsSpan(word.StartsWith('v') ? 1 : 0).ToString().Split('.');
            if (parts.Length < 2 || !TryNumber(parts[0], out var major) || !TryNumber(parts[1], out var minor)) continue;
            version = new KernelVersion(major, minor);
            return true;
        }
        version = default;
        return false;
    }

    /// <summary>How many series lie between two, to find the nearest source tree: 3.19, 4.20 and 5.19 were the last of their major version.</summary>
    public int DistanceTo(KernelVersion other) => Math.Abs(Rank - other.Rank);

    public int CompareTo(KernelVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(KernelVersion a, KernelVersion b) => a.CompareTo(b) < 0;

    public static bool operator >(KernelVersion a, KernelVersion b) => a.CompareTo(b) > 0;

    public static bool operator <=(KernelVersion a, KernelVersion b) => a.CompareTo(b) <= 0;

    public static bool operator >=(KernelVersion a, KernelVersion b) => a.CompareTo(b) >= 0;

    /// <summary>As <c>v6.18</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"v{Major}.{Minor}");

    int Rank => Major switch { <= 3 => Minor, 4 => 20 + Minor, 5 => 41 + Minor, _ => 61 + (Major - 6) * 20 + Minor };

    static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
