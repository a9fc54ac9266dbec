using System.Globalization;
using System.Numerics;

namespace SyscallProbe.Doctor;

/// <summary>Compares versions of numbers with dots between, as <c>4.14.77</c> and <c>6.1.0-13-amd64</c>: what follows the numbers does not count.</summary>
static class DottedNumber
{
    /// <summary>Whether a version is older than a limit. What is no version is not.</summary>
    public static bool IsBelow(string version, string limit)
    {
        var (own, other) = (Parts(version), Parts(limit));
        for (var i = 0; i < Math.Max(own.Length, other.Length) && own.Length > 0; i++)
        {
            var order = own.ElementAtOrDefault(i).CompareTo(other.ElementAtOrDefault(i));
            if (order != 0) return order < 0;
        }
        return false;
    }

    // Numbers of any length: the text may be anybody's.
    static BigInteger[] Parts(string version)
    {
        var end = version.AsSpan().IndexOfAnyExcept("0123456789.");
        return [.. (end < 0 ? version : version[..end]).Split('.', StringSplitOptions.RemoveEmptyEntries).Take(4).Select(part => BigInteger.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];
    }
}
