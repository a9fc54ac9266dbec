using System.Net.Sockets;
using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Notify;

/// <summary>The socket at a bundle's <c>listenerPath</c>: runc sends the descriptor of each filter that it loads, with the container's state beside it.</summary>
/// <remarks>runtime-spec v1.0.2, config-linux.md, The Container Process State. A connection for each, for <c>runc exec</c> too.</remarks>
sealed unsafe class ListenerSocket : IDisposable
{
    const int MostBytes = 64 << 10;

    readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Listens from now on.</summary>
    public ListenerSocket(string path)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen(16);
    }

    /// <summary>For poll(2): readable when a connection waits.</summary>
    public int Fd => (int)_socket.Handle;

    /// <summary>Takes the next connection's descriptor; -1 when it sent none.</summary>
    public int Accept()
    {
        using var connection = _socket.Accept();
        connection.Blocking = true;
        var fd = (int)connection.Handle;
        var data = stackalloc byte[MostBytes];
        // cmsghdr is 16 bytes, then one int each: room for more than the one that is expected, which would else be lost unseen.
        const int room = 64, header = 16;
        var control = stackalloc byte[room];
        var buffer = new iovec { iov_base = data, iov_len = MostBytes };
        var message = new msghdr { msg_iov = &buffer, msg_iovlen = 1, msg_control = control, msg_controllen = room };
        var read = (long)LibC.recvmsg(fd, &message, LibC.MSG_CMSG_CLOEXEC);
        if (read <= 0 || (ulong)message.msg_controllen < header + sizeof(int)) return -1;
        var (level, type) = (Marshal.ReadInt32((nint)control, 8), Marshal.ReadInt32((nint)control, 12));
        return level == LibC.SOL_SOCKET && type == LibC.SCM_RIGHTS ? Marshal.ReadInt32((nint)control, header) : -1;
    }

    public void Dispose() => _socket.Dispose();
}
