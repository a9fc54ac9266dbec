using System.Globalization;

namespace SyscallProbe.Matrix;

/// <summary>A version of the NVIDIA driver, as nvproxy compares them.</summary>
public readonly record struct DriverVersion(int Major, int Minor, int Patch) : IComparable<DriverVersion>
{
    public int CompareTo(DriverVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>As nvproxy writes it: <c>535.54.03</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major:D2}.{Minor:D2}.{Patch:D2}");

    /// <summary>Reads two or three numbers with dots between.</summary>
    public static bool TryParse(string text, out DriverVersion version)
    {
        var parts = text.Split('.').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
        var isOne = parts.Length is 2 or 3 && parts.All(part => part >= 0);
        version = isOne ? new DriverVersion(parts[0], parts[1], parts.Length == 3 ? parts[2] : 0) : default;
        return isOne;
    }
}
