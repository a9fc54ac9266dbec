using System.Collections.Immutable;
using System.Globalization;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Frames as a person reads them.</summary>
static class FrameNames
{
    // What a JIT or a linker calls a stub says nothing to a person, and a mangled name may have kilobytes.
    const int LongestName = 200, MostFrames = 16;

    /// <summary>
    /// A name a frame: a function's, <c>[libx.so+0x1234]</c> where the file has none for it, <c>[unknown]</c> for code of a JIT without a map. Empty where no
    /// frame lies in anything that is known.
    /// </summary>
    public static ImmutableArray<string> Of(IReadOnlyCollection<Frame> frames, PerfMap? map)
    {
        if (frames.All(frame => frame.Mapping is null)) return [];
        // What the walk takes for frames beyond the last true one lies nowhere.
        return [.. frames.TakeWhile(frame => frame.Mapping is not null).Take(MostFrames).Select(frame => Cut(NameOf(frame, map)))];
    }

    static string NameOf(Frame frame, PerfMap? map)
    {
        if (map?.Find(frame.Address) is { } name) return name;
        if (frame.Mapping!.File is not { } file) return "[unknown]";
        return file.Symbols.Find(frame.FileOffset)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"[{file.Name}+0x{frame.FileOffset:x}]");
    }

    static string Cut(string name) => name.Length > LongestName ? name[..LongestName] + "…" : name;
}
