using SyscallProbe.Rules;

namespace SyscallProbe.Recording.Bpf;

/// <summary>What a program notes of the file behind a descriptor, and the kind that it means.</summary>
/// <remarks>
/// <code>
///  31                16 15    5  4     3       0
/// +--------------------+-------+------+----------+
/// | major, or initials | 0     | anon | mode>>12 |   0: not known
/// +--------------------+-------+------+----------+
/// </code>
/// mode: S_IFMT, include/uapi/linux/stat.h. anon: an inode of anon_inodefs, whose mode says nothing; initials: bytes 1 and 6 of its name.
/// </remarks>
static class FileWord
{
    public const int Anonymous = 16;
    public const int DetailShift = 16;

    /// <summary>ANON_INODE_FS_MAGIC, include/uapi/linux/magic.h (v6.18).</summary>
    public const int AnonymousFileSystem = 0x09041934;

    /// <summary>Places in the name of an anonymous inode that tell those apart that have a kind of their own.</summary>
    public const int FirstInitial = 1, SecondInitial = 6;

    // TTY_MAJOR, TTYAUX_MAJOR, UNIX98_PTY_MASTER_MAJOR to the last of UNIX98_PTY_SLAVE_MAJOR: include/uapi/linux/major.h (v6.18).
    const int TtyMajor = 4, TtyAuxMajor = 5, FirstPtyMajor = 128, LastPtyMajor = 143;

    // Names: fs/eventpoll.c, fs/eventfd.c, fs/signalfd.c, fs/timerfd.c, fs/notify/inotify/inotify_user.c (v6.18).
    static readonly (string Name, FdKind Kind)[] s_anonymous =
        [("[eventpoll]", FdKind.Epoll), ("[eventfd]", FdKind.Eventfd), ("[signalfd]", FdKind.Signalfd), ("[timerfd]", FdKind.Timerfd), ("inotify", FdKind.Inotify)];

    /// <summary>The kind, or <see cref="FdKind.Unknown"/> when nothing was noted: the descriptor was not open.</summary>
    public static FdKind KindOf(uint word)
    {
        var detail = (int)(word >> DetailShift);
        if (word == 0) return FdKind.Unknown;
        if ((word & Anonymous) != 0) return s_anonymous.FirstOrDefault(entry => InitialsOf(entry.Name) == detail, (Name: "", Kind: FdKind.Other)).Kind;
        return (word & 15) switch
        {
            1 => FdKind.Pipe,
            2 => detail is TtyMajor or TtyAuxMajor or (>= FirstPtyMajor and <= LastPtyMajor) ? FdKind.Tty : FdKind.Device,
            4 => FdKind.Dir,
            6 => FdKind.Device,
            8 => FdKind.File,
            12 => FdKind.Socket,
            _ => FdKind.Other,
        };
    }

    static int InitialsOf(string name) => name[FirstInitial] | name[SecondInitial] << 8;
}
