using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;
using static SyscallProbe.Recording.Interop.BpfHeader;
using Kernel = SyscallProbe.Recording.Interop.Kernel;

namespace SyscallProbe.Recording.Bpf;

/// <summary>Reads what programs put into a BPF_MAP_TYPE_RINGBUF. One reader at a time.</summary>
/// <remarks>
/// A page for the reader's position, one for the writers', then the data, mapped twice in a row so that no record is cut:
/// Documentation/bpf/ringbuf.rst and kernel/bpf/ringbuf.c (v6.18).
/// </remarks>
sealed unsafe partial class RingBuffer : IDisposable
{
    const short POLLIN = 1;

    readonly BpfMap _map;
    readonly int _bytes;
    byte* _consumer;
    byte* _producer;

    public RingBuffer(BpfMap map, int bytes)
    {
        (_map, _bytes) = (map, bytes);
        var page = Environment.SystemPageSize;
        _consumer = Map(page, LibC.PROT_READ | LibC.PROT_WRITE, 0);
        try
        {
            _producer = Map(page + 2 * bytes, LibC.PROT_READ, page);
        }
        catch
        {
            LibC.munmap(_consumer, page);
            throw;
        }
    }

    public delegate void Visitor(ReadOnlySpan<byte> record);

    /// <summary>Waits until there is something to read or the time is over.</summary>
    public void Wait(int milliseconds)
    {
        var request = new PollRequest { fd = _map.Fd, events = POLLIN };
        _ = Poll(&request, 1, milliseconds);
    }

    /// <summary>Visits the records that are complete, each once.</summary>
    public void Drain(Visitor visit)
    {
        var position = Volatile.Read(ref *(ulong*)_consumer);
        while (position < Volatile.Read(ref *(ulong*)_producer))
        {
            var header = _producer + Environment.SystemPageSize + (position & (ulong)(_bytes - 1));
            var length = Volatile.Read(ref *(uint*)header);
            if ((length & BPF_RINGBUF_BUSY_BIT) != 0) return;
            var size = (int)(length & ~BPF_RINGBUF_DISCARD_BIT);
            if ((length & BPF_RINGBUF_DISCARD_BIT) == 0) visit(new ReadOnlySpan<byte>(header + BPF_RINGBUF_HDR_SZ, size));
            position += (ulong)((size + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8);
            Volatile.Write(ref *(ulong*)_consumer, position);
        }
    }

    public void Dispose()
    {
        // Once only: a second time something else may lie there, the runtime's own code among it.
        if (_consumer is null) return;
        LibC.munmap(_consumer, Environment.SystemPageSize);
        LibC.munmap(_producer, Environment.SystemPageSize + 2 * _bytes);
        _consumer = _producer = null;
    }

    byte* Map(int bytes, int protection, int offset)
    {
        var address = LibC.mmap(null, bytes, protection, LibC.MAP_SHARED, _map.Fd, offset);
        return (nint)address == -1 ? throw Kernel.Failed("mmap", "sp_stacks") : (byte*)address;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct PollRequest
    {
        public int fd;
        public short events;
        public short revents;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollRequest* requests, nuint count, int milliseconds);
}
