using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>The terminal that a bundle with <c>process.terminal</c> gets, joined to the tool's standard input and output.</summary>
/// <remarks>
/// runc sends the master side of a new pseudo terminal over a socket (docs/terminals.md, runc 1.1). When our own input is a terminal it is switched
/// to raw, so that every key, Ctrl-C included, is the workload's; <see cref="Dispose"/> switches it back.
/// </remarks>
sealed unsafe partial class TerminalRelay : IDisposable
{
    // struct termios: 60 bytes in glibc, opaque here.
    const int TermiosRoom = 256;

    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly int _stop = KernelCall.Check(LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK), "eventfd");
    SafeFileHandle? _master;
    OutputTail? _output;
    Thread? _input;
    byte[]? _savedMode;
    bool _isDisposed;

    /// <summary>Listens at a path, which is to be given to runc create.</summary>
    public TerminalRelay(string path)
    {
        Path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(1);
    }

    public string Path { get; }

    public OutputTail? Output => _output;

    /// <summary>Takes the terminal that runc has sent, and begins to copy. Blocks for at most a second.</summary>
    /// <param name="keepBytes">How much of the output to keep.</param>
    /// <exception cref="FailureException">runc sent none.</exception>
    public void Accept(int keepBytes)
    {
        if (!_listener.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead)) throw new FailureException(Failures.NoTerminal);
        using (var connection = _listener.Accept()) _master = Receive((int)connection.Handle);
        Resize();
        if (LibC.isatty(0) == 1) MakeRaw();
        // Its end is told by an error (EIO) when the last process that had the other side has ended.
        _output = new OutputTail(_master, keepBytes, 1);
        _input = new Thread(CopyInput) { IsBackground = true, Name = "terminal input" };
        _input.Start();
    }

    /// <summary>Gives the workload's terminal the size of ours.</summary>
    public void Resize()
    {
        winsize size;
        if (_master is not null && LibC.ioctl(0, (int)LibC.TIOCGWINSZ, &size) == 0) _ = LibC.ioctl((int)_master.DangerousGetHandle(), (int)LibC.TIOCSWINSZ, &size);
    }

    /// <summary>Gives our terminal its own mode back and stops taking input. May be called from another thread.</summary>
    public void Dispose()
    {
        lock (_listener)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }
        if (_savedMode is not null)
        {
            fixed (byte* mode = _savedMode) _ = SetMode(0, (int)LibC.TCSANOW, mode);
        }
        ulong one = 1;
        _ = LibC.write(_stop, &one, sizeof(ulong));
        _input?.Join();
        LibC.close(_stop);
        _listener.Dispose();
        // A reader that is still at it would go on with whatever file gets the number next.
        if (_output?.WaitForEnd(TimeSpan.Zero) ?? true) _master?.Dispose();
    }

    void CopyInput()
    {
        const int bufferSize = 4096;
        const byte endOfFile = 4; // Ctrl-D, the VEOF of a new terminal: asm-generic/termbits.h, INIT_C_CC
        var buffer = stackalloc byte[bufferSize];
        var master = (int)_master!.DangerousGetHandle();
        var last = (byte)'\n';
        while (true)
        {
            Span<pollfd> polls = [new pollfd { fd = 0, events = LibC.POLLIN }, new pollfd { fd = _stop, events = LibC.POLLIN }];
            KernelCall.Poll(polls, -1);
            if (polls[1].revents != 0) return;
            if (polls[0].revents == 0) continue;
            var count = (int)(long)LibC.read(0, buffer, bufferSize);
            if (count < 0 && LibC.errno is var errno && (errno == LibC.EINTR || errno == LibC.EAGAIN)) continue;
            if (count <= 0)
            {
                // Within a line the first one only ends the line.
                buffer[0] = buffer[1] = endOfFile;
                OutputTail.WriteAll(master, buffer, last == '\n' ? 1 : 2);
                return;
            }
            last = buffer[count - 1];
            if (!OutputTail.WriteAll(master, buffer, count)) return;
        }
    }

    void MakeRaw()
    {
        var saved = new byte[TermiosRoom];
        var raw = stackalloc byte[TermiosRoom];
        fixed (byte* mode = saved)
        {
            if (GetMode(0, mode) != 0) return;
        }
        saved.CopyTo(new Span<byte>(raw, TermiosRoom));
        SetRaw(raw);
        if (SetMode(0, (int)LibC.TCSANOW, raw) == 0) _savedMode = saved;
    }

    /// <summary>Receives one descriptor over a socket (unix(7), SCM_RIGHTS).</summary>
    static SafeFileHandle Receive(int socket)
    {
        const int nameRoom = 4096, controlRoom = 64;
        var name = stackalloc byte[nameRoom]; // runc sends the terminal's name beside it
        var control = stackalloc ulong[controlRoom / sizeof(ulong)];
        var part = new iovec { iov_base = name, iov_len = nameRoom };
        var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = control, msg_controllen = controlRoom };
        if ((long)LibC.recvmsg(socket, &message, (int)LibC.MSG_CMSG_CLOEXEC) < 0) throw new KernelCallException("recvmsg", "console socket", LibC.errno);
        var header = LibC.CMSG_FIRSTHDR(&message);
        if (header is null || header->cmsg_level != LibC.SOL_SOCKET || header->cmsg_type != LibC.SCM_RIGHTS) throw new FailureException(Failures.NoTerminal);
        return new SafeFileHandle(*(int*)LibC.CMSG_DATA(header), true);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetMode(int fd, byte* mode);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetMode(int fd, int when, byte* mode);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void SetRaw(byte* mode);
}
