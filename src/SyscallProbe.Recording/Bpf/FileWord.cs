using System.Buffers.Binary;
using System.Text;
using SyscallProbe.Rules;

namespace SyscallProbe.Recording.Bpf;

/// <summary>What a program notes of the file behind a descriptor, and the kind that it means.</summary>
/// <remarks>
/// <code>
///  31            16 15    6  5      4     3       0
/// +----------------+--------+------+------+----------+
/// | detail         | family | open | anon | mode>>12 |   0: not known
/// +----------------+--------+------+------+----------+
/// </code>
/// detail: of a device its major, of an anonymous inode its name, of a netlink socket its protocol. family: of a socket.
/// mode: S_IFMT, include/uapi/linux/stat.h; 0 for what alloc_anon_inode makes (fs/libfs.c, v6.18), a dma-buf for one, which open tells from nothing.
/// anon: an inode of anon_inodefs or pidfs, whose mode says nothing; name: its place in <see cref="Names"/>, from 1, or 0.
/// </remarks>
static class FileWord
{
    public const int Anonymous = 16;
    public const int Open = 32;
    public const int FamilyShift = 6;
    public const int DetailShift = 16;

    /// <summary>AF_NETLINK, include/linux/socket.h (v6.18).</summary>
    public const int NetlinkFamily = 16;

    const uint FamilyMask = 0x3ff;
    const int Socket = 12;

    /// <summary>ANON_INODE_FS_MAGIC, include/uapi/linux/magic.h (v6.18).</summary>
    public const int AnonymousFileSystem = 0x09041934;

    /// <summary>PID_FS_MAGIC, include/uapi/linux/magic.h (v6.18): pidfds since v6.9, which look like regular files.</summary>
    public const int PidFileSystem = 0x50494446;

    // MAX_LINKS, include/uapi/linux/netlink.h (v6.18).
    const int NetlinkProtocols = 32;

    // TTY_MAJOR, TTYAUX_MAJOR, UNIX98_PTY_MASTER_MAJOR to the last of UNIX98_PTY_SLAVE_MAJOR: include/uapi/linux/major.h (v6.18).
    const int TtyMajor = 4, TtyAuxMajor = 5, FirstPtyMajor = 128, LastPtyMajor = 143;

    // Names: fs/eventpoll.c, fs/eventfd.c, fs/signalfd.c, fs/timerfd.c, fs/notify/inotify/inotify_user.c (v6.18).
    static readonly (string Name, FdKind Kind)[] s_anonymous =
        [("[eventpoll]", FdKind.Epoll), ("[eventfd]", FdKind.Eventfd), ("[signalfd]", FdKind.Signalfd), ("[timerfd]", FdKind.Timerfd), ("inotify", FdKind.Inotify)];

    /// <summary>First 8 bytes of the names of anonymous inodes that have a kind of their own, as a little-endian word: enough for no other to be alike.</summary>
    public static ulong[] Names { get; } = [.. s_anonymous.Select(entry => BeginningOf(entry.Name))];

    /// <summary>The word for what is neither a socket nor anonymous.</summary>
    /// <param name="mode">As stat(2) gives it.</param>
    /// <param name="major">Of a device; 0 else.</param>
    public static uint Of(uint mode, uint major) => Open | mode >> 12 | major << DetailShift;

    /// <summary>The word for a socket.</summary>
    public static uint OfSocket(uint family, uint protocol) => Socket | Open | family << FamilyShift | (family == NetlinkFamily ? protocol << DetailShift : 0);

    /// <summary>The word for an anonymous inode by its name, as <c>[eventpoll]</c>.</summary>
    public static uint OfAnonymous(string name) => Open | Anonymous | (uint)(Array.FindIndex(s_anonymous, entry => entry.Name == name) + 1) << DetailShift;

    /// <summary>The kind, or <see cref="FdKind.Unknown"/> when nothing was noted: the descriptor was not open.</summary>
    public static FdKind KindOf(uint word)
    {
        var detail = (int)(word >> DetailShift);
        if (word == 0) return FdKind.Unknown;
        if ((word & Anonymous) != 0) return detail > 0 && detail <= s_anonymous.Length ? s_anonymous[detail - 1].Kind : FdKind.Other;
        return (word & 15) switch
        {
            1 => FdKind.Pipe,
            2 => detail is TtyMajor or TtyAuxMajor or (>= FirstPtyMajor and <= LastPtyMajor) ? FdKind.Tty : FdKind.Device,
            4 => FdKind.Dir,
            6 => FdKind.Device,
            8 => FdKind.File,
            Socket => FdKind.Socket,
            _ => FdKind.Other,
        };
    }

    /// <summary>What was noted of a socket; null of anything else, and of what its family does not have.</summary>
    public static ulong? FactOf(uint word, SocketFact fact)
    {
        if (KindOf(word) != FdKind.Socket) return null;
        var family = word >> FamilyShift & FamilyMask;
        return fact == SocketFact.Family ? family : family == NetlinkFamily ? word >> DetailShift : null;
    }

    /// <summary>Every word of an open socket of which a fact has that value.</summary>
    public static IEnumerable<uint> WordsOf(SocketFact fact, ulong value)
    {
        var family = fact == SocketFact.Family ? (uint)value : NetlinkFamily;
        var word = Socket | Open | family << FamilyShift;
        if (fact == SocketFact.Netlink) return [word | (uint)value << DetailShift];
        return family == NetlinkFamily ? Enumerable.Range(0, NetlinkProtocols).Select(protocol => word | (uint)protocol << DetailShift) : [word];
    }

    static ulong BeginningOf(string name)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, bytes.Length)), bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
