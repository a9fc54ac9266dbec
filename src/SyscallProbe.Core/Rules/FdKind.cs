namespace SyscallProbe.Rules;

/// <summary>What a file descriptor stands for, as far as an answer depends on it. A set: several bits mean that any of them is possible.</summary>
[Flags]
public enum FdKind : ushort
{
    /// <summary>Nothing is known.</summary>
    Unknown = 0,
    File = 1,
    Dir = 2,
    Socket = 4,
    Tty = 8,
    Pipe = 16,
    Device = 32,
    Epoll = 64,
    Eventfd = 128,
    Signalfd = 256,
    Timerfd = 512,
    Inotify = 1024,

    /// <summary>Any other anonymous inode: io_uring, pidfd, bpf, fanotify, userfaultfd, perf.</summary>
    Other = 2048,
}

/// <summary>The names by which rules, queries and traces call an <see cref="FdKind"/>: lower case, joined with <c>|</c>.</summary>
public static class FdKinds
{
    /// <summary>Any kind.</summary>
    public const FdKind All = (FdKind)4095;

    /// <summary>The pseudo-argument under which traces and queries have the kind of the file.</summary>
    public const string ArgumentName = "fd";

    /// <summary>Reads <c>file|socket</c>.</summary>
    public static bool TryParse(string text, out FdKind kinds)
    {
        kinds = FdKind.Unknown;
        foreach (var name in text.Split('|'))
        {
            var index = Array.IndexOf(s_names, name);
            if (index < 0) return false;
            kinds |= (FdKind)(1 << index);
        }
        return true;
    }

    public static string Name(this FdKind kinds) =>
        string.Join('|', s_names.Where((_, index) => ((int)kinds & 1 << index) != 0));

    public static IReadOnlyList<string> Names => s_names;

    static readonly string[] s_names =
        ["file", "dir", "socket", "tty", "pipe", "device", "epoll", "eventfd", "signalfd", "timerfd", "inotify", "other"];
}
