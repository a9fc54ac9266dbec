using System.Buffers.Binary;
using Tmds.Linux;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>What a process has told the kernel to do about each signal, learnt from its calls: nobody else can be asked whether a call is made again after a handler.</summary>
/// <remarks>
/// An execve resets every handler, so that nothing from before a recording is missed; of a process that runs already the kernel tells which signals have a handler, not
/// its flags. Shared, copied and cleared as clone(2) says.
/// </remarks>
sealed class SignalActions
{
    // SIG_DFL 0 and SIG_IGN 1, include/uapi/asm-generic/signal-defs.h (v6.18).
    const ulong LastNoHandler = 1;

    readonly ulong[] _flags = new ulong[65];
    ulong _handled, _unknown;

    /// <summary>Those of a process that runs already.</summary>
    /// <param name="handled">Bit N is signal N + 1.</param>
    public static SignalActions OfRunning(ulong handled) => new() { _handled = handled, _unknown = handled };

    public SignalActions Copy()
    {
        var copy = new SignalActions { _handled = _handled, _unknown = _unknown };
        _flags.CopyTo(copy._flags, 0);
        return copy;
    }

    /// <summary>Takes over what an rt_sigaction that succeeded has set: handler and flags come first in its struct.</summary>
    public void Set(int tid, in CallEntry call)
    {
        Span<byte> action = stackalloc byte[2 * sizeof(ulong)];
        var word = call.WordBytes;
        if (call.Arg0 is 0 or > 64 || call.Arg1 == 0 || !ProcessMemory.TryRead(tid, call.Arg1, action[..(2 * word)])) return;
        var isWide = word == sizeof(ulong);
        var handler = isWide ? BinaryPrimitives.ReadUInt64LittleEndian(action) : BinaryPrimitives.ReadUInt32LittleEndian(action);
        _flags[call.Arg0] = isWide ? BinaryPrimitives.ReadUInt64LittleEndian(action[word..]) : BinaryPrimitives.ReadUInt32LittleEndian(action[word..]);
        _unknown &= ~(1ul << (int)call.Arg0 - 1);
        _handled = handler > LastNoHandler ? _handled | 1ul << (int)call.Arg0 - 1 : _handled & ~(1ul << (int)call.Arg0 - 1);
    }

    /// <summary>A signal is delivered: whether a handler runs, and whether it lets an interrupted call go on; null where that is not known.</summary>
    public (bool HasHandler, bool? Restarts) Deliver(int signal)
    {
        var bit = 1ul << signal - 1;
        if ((_handled & bit) == 0) return (false, false);
        if ((_unknown & bit) != 0) return (true, null);
        if ((_flags[signal] & (uint)LibC.SA_RESETHAND) != 0) _handled &= ~bit;
        return (true, (_flags[signal] & (uint)LibC.SA_RESTART) != 0);
    }
}
