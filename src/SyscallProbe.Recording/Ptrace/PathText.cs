using System.Text;
using SyscallProbe.Recording.Bpf;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Paths in the form in which every recorder keeps them.</summary>
static class PathText
{
    // PID_MAX_LIMIT is 4 Mi, include/linux/threads.h (v6.18).
    const int MostDigits = 7;

    /// <summary>Whether a sandbox answers for itself below the path's root: it is below /proc, /sys or /dev, or one of these.</summary>
    public static bool IsDeciding(string path) => IsBelow(path, "/proc") || IsBelow(path, "/sys") || IsBelow(path, "/dev");

    /// <summary>The text of a path's bytes: <c>[pid]</c> for a process below /proc, then cut to what a record has room for.</summary>
    public static string Of(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> start = "/proc/"u8, name = "[pid]"u8;
        Span<byte> key = stackalloc byte[RecordLayout.PathBytes];
        key.Clear();
        var digits = path.StartsWith(start) ? path[start.Length..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') : 0;
        if (digits < 0) digits = path.Length - start.Length;
        var end = start.Length + digits;
        if (digits is > 0 and <= MostDigits && (end == path.Length || path[end] == '/'))
        {
            start.CopyTo(key);
            name.CopyTo(key[start.Length..]);
            CopyStart(path[end..], key[(start.Length + name.Length)..]);
        }
        else
        {
            CopyStart(path, key);
        }
        return RecordedRow.DecodePath(key);
    }

    static void CopyStart(ReadOnlySpan<byte> from, Span<byte> to) => from[..Math.Min(from.Length, to.Length)].CopyTo(to);

    static bool IsBelow(string path, string root) => path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');
}
