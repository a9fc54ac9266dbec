using System.Globalization;

namespace SyscallProbe.Guest;

/// <summary>A release of Kata Containers as its repository tags it, ordered as versions are: <c>3.2.0-alpha4</c>, <c>3.2.0-rc0</c>, <c>3.2.0</c>, <c>3.10.0</c>.</summary>
/// <param name="Tag">The tag itself.</param>
public readonly record struct KataVersion(string Tag) : IComparable<KataVersion>
{
    /// <summary>Whether a tag is a release from 2.0 on; of the tags with another form (<c>3.3.0-test</c>, <c>CC-0.8.0</c>) none is one.</summary>
    public static bool HasForm(string tag) => Parts(tag) is { } parts && parts.Major >= 2;

    /// <summary>Whether it is an alpha or a release candidate.</summary>
    public bool IsPreRelease => Tag.Contains('-', StringComparison.Ordinal);

    /// <summary>Orders by version, a pre-release before its release.</summary>
    public int CompareTo(KataVersion other) => (Parts(Tag) ?? default).CompareTo(Parts(other.Tag) ?? default);

    public override string ToString() => Tag;

    static (int Major, int Minor, int Patch, int Stage, int Number)? Parts(string tag)
    {
        var dash = tag.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? tag : tag[..dash]).Split('.');
        if (numbers.Length != 3 || !TryNumber(numbers[0], out var major) || !TryNumber(numbers[1], out var minor) || !TryNumber(numbers[2], out var patch)) return null;
        if (dash < 0) return (major, minor, patch, 2, 0);
        var stage = tag[(dash + 1)..];
        var (name, rank) = stage.StartsWith("alpha", StringComparison.Ordinal) ? ("alpha", 0) : ("rc", 1);
        return stage.StartsWith(name, StringComparison.Ordinal) && TryNumber(stage[name.Length..], out var number) ? (major, minor, patch, rank, number) : null;
    }

    static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
