using System.IO.Enumeration;
using SyscallProbe.Report;

namespace SyscallProbe.Policies;

/// <summary>Which findings of its rule a waiver is for: globs with <c>*</c> and <c>?</c>, all of which must fit; null does not look.</summary>
/// <param name="Executable">Every program that made the call.</param>
/// <param name="Image">The image that the workload came from.</param>
/// <param name="Argument">One of the key arguments as <c>cmd=TCSETSF</c>, the path as <c>path=/proc/*</c>, or a manifest's field as <c>field=spec.hostNetwork</c>.</param>
public sealed record WaiverScope(string? Executable, string? Image, string? Argument)
{
    /// <summary>The keys as a policy writes them.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["executable", "image", "argument"];

    /// <summary>Those that are given, in the order of <see cref="Keys"/>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given =>
        from pair in Keys.Zip((string?[])[Executable, Image, Argument])
        where pair.Second is not null
        select KeyValuePair.Create(pair.First, pair.Second);

    /// <param name="image">Of the workload; null where there is none.</param>
    public bool Fits(Finding finding, string? image) =>
        (Executable is null || (!finding.Executables.IsEmpty && finding.Executables.All(executable => Fits(Executable, executable))))
        && (Image is null || (image is not null && Fits(Image, image)))
        && (Argument is null || ArgumentsOf(finding).Any(argument => Fits(Argument, argument)));

    static IEnumerable<string> ArgumentsOf(Finding finding)
    {
        foreach (var (name, value) in finding.Arguments) yield return $"{name}={value}";
        if (finding.Path is { } path) yield return $"path={path}";
        if (finding.Location is { } place) yield return $"field={place.Field}";
    }

    static bool Fits(string glob, string text) => FileSystemName.MatchesSimpleExpression(glob, text, ignoreCase: false);
}
