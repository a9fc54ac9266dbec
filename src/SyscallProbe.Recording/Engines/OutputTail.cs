using Microsoft.Win32.SafeHandles;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>The reading side of a pipe, or of a terminal, that a child writes to: keeps the last bytes, and copies all on where it is told to.</summary>
/// <remarks>A thread of its own reads, so that the writer never waits for us; memory is bounded whatever is written.</remarks>
sealed unsafe class OutputTail : IDisposable
{
    readonly byte[] _ring;
    readonly Thread _reader;
    readonly SafeFileHandle _read;
    readonly int _copyTo;
    readonly Lock _gate = new();
    SafeFileHandle? _write;
    bool _ownsRead;
    long _length;

    /// <summary>Reads from a descriptor until it gives an end or an error.</summary>
    /// <param name="read">Must not be closed before the end.</param>
    /// <param name="keepBytes">How much to keep.</param>
    /// <param name="copyTo">A descriptor that everything is written to as well; -1 for none.</param>
    public OutputTail(SafeFileHandle read, int keepBytes, int copyTo)
    {
        _ring = new byte[keepBytes];
        _copyTo = copyTo;
        _read = read;
        _reader = new Thread(Read) { IsBackground = true, Name = "output" };
        _reader.Start();
    }

    /// <summary>For <see cref="WriteFd"/> of a new pipe; closes its reading side itself.</summary>
    public static OutputTail OfPipe(int keepBytes, int copyTo)
    {
        var ends = stackalloc int[2];
        KernelCall.Check(LibC.pipe2(ends, LibC.O_CLOEXEC), "pipe2");
        return new OutputTail(new SafeFileHandle(ends[0], true), keepBytes, copyTo) { _write = new SafeFileHandle(ends[1], true), _ownsRead = true };
    }

    /// <summary>To be given to the child, where this reads a pipe.</summary>
    public int WriteFd => (int)_write!.DangerousGetHandle();

    /// <summary>Bytes that have been written to it; more than are kept when it was long.</summary>
    public long Length
    {
        get { lock (_gate) return _length; }
    }

    /// <summary>Closes this process's writing side, once the child has its own: the end is seen when every writer has ended.</summary>
    public void CloseWriteSide()
    {
        _write?.Dispose();
        _write = null;
    }

    /// <summary>Waits until every writer has ended. False when that took longer.</summary>
    public bool WaitForEnd(TimeSpan timeout) => _reader.Join(timeout);

    /// <summary>The last bytes, oldest first.</summary>
    public byte[] Last()
    {
        lock (_gate)
        {
            if (_length <= _ring.Length) return _ring[..(int)_length];
            var start = (int)(_length % _ring.Length);
            return [.. _ring[start..], .. _ring[..start]];
        }
    }

    /// <summary>Lets the writer be. The thread ends with the last writer.</summary>
    public void Dispose() => CloseWriteSide();

    void Read()
    {
        var buffer = new byte[16 << 10];
        var copyTo = _copyTo;
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = (int)(long)LibC.read((int)_read.DangerousGetHandle(), start, (uint)buffer.Length);
                if (count < 0 && LibC.errno == LibC.EINTR) continue;
                if (count <= 0) break;
                if (copyTo >= 0 && !WriteAll(copyTo, start, count)) copyTo = -1;
                Keep(buffer.AsSpan(0, count));
            }
        }
        if (_ownsRead) _read.Dispose();
    }

    void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var value in bytes) _ring[_length++ % _ring.Length] = value;
        }
    }

    /// <summary>Writes everything, also to a descriptor that does not block. False when whoever reads it has gone.</summary>
    public static bool WriteAll(int fd, byte* bytes, int count)
    {
        while (count > 0)
        {
            var written = (int)(long)LibC.write(fd, bytes, (uint)count);
            if (written < 0 && LibC.errno == LibC.EINTR) continue;
            if (written < 0 && LibC.errno == LibC.EAGAIN)
            {
                KernelCall.Poll([new pollfd { fd = fd, events = LibC.POLLOUT }], -1);
                continue;
            }
            if (written <= 0) return false;
            bytes += written;
            count -= written;
        }
        return true;
    }
}
