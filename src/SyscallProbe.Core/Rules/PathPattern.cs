namespace SyscallProbe.Rules;

/// <summary>Globs over absolute paths: <c>*</c> within a segment, <c>**</c> any number of segments, <c>[pid]</c> a process or thread id, <c>self</c> or <c>thread-self</c>, <c>[n]</c> at a segment's end a decimal number.</summary>
public static class PathPattern
{
    /// <summary>Whether the whole path is matched. O(pattern × path) at worst; no allocation.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        while (true)
        {
            if (pattern.IsEmpty) return path.IsEmpty;
            var head = Segment(pattern, out var rest);
            if (head is "**")
            {
                if (rest.IsEmpty) return true;
                for (var tail = path; !tail.IsEmpty; Segment(tail, out tail))
                {
                    if (Matches(rest, tail)) return true;
                }
                return false;
            }
            if (path.IsEmpty) return false;
            if (!SegmentMatches(head, Segment(path, out path))) return false;
            pattern = rest;
        }
    }

    // "/proc/[pid]/stat" gives "proc" and "/[pid]/stat"; slashes at the end are no segment.
    static ReadOnlySpan<char> Segment(ReadOnlySpan<char> path, out ReadOnlySpan<char> rest)
    {
        path = path.Trim('/');
        var slash = path.IndexOf('/');
        rest = slash < 0 ? [] : path[slash..];
        return slash < 0 ? path : path[..slash];
    }

    static bool SegmentMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segment)
    {
        if (pattern is "[pid]") return segment is "[pid]" or "self" or "thread-self" || IsNumber(segment);
        if (pattern.EndsWith("[n]")) return segment.StartsWith(pattern[..^3]) && IsNumber(segment[(pattern.Length - 3)..]);
        var star = pattern.IndexOf('*');
        if (star < 0) return pattern.SequenceEqual(segment);
        if (!segment.StartsWith(pattern[..star])) return false;
        var rest = pattern[(star + 1)..];
        for (var from = star; from <= segment.Length; from++)
        {
            if (SegmentMatches(rest, segment[from..])) return true;
        }
        return false;
    }

    static bool IsNumber(ReadOnlySpan<char> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
