using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>Takes the signals that this process gets and holds them for the loop that drives the workload.</summary>
/// <remarks>Signals arrive on threads of the runtime's; a counter that poll(2) can wait for wakes the loop.</remarks>
sealed unsafe class SignalRelay : IDisposable
{
    readonly ConcurrentQueue<int> _pending = new();
    readonly List<PosixSignalRegistration> _registrations = [];
    readonly int _wake = KernelCall.Check(LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK), "eventfd");
    readonly bool _hadTerminal = HasTerminal();
    readonly Lock _gate = new();
    bool _disposed;

    public SignalRelay()
    {
        foreach (var signal in (int[])[LibC.SIGINT, LibC.SIGTERM, LibC.SIGHUP, LibC.SIGQUIT, LibC.SIGUSR1, LibC.SIGUSR2, LibC.SIGWINCH])
        {
            // nohup(1) has the hang-up ignored; the others that a shell ignores for a job in the background are asked for all the same.
            if (signal == LibC.SIGHUP && KernelCall.IsIgnored(signal)) continue;
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                Add(signal);
            }));
        }
    }

    /// <summary>For poll(2): readable while a signal waits, or after <see cref="Wake"/>.</summary>
    public int WakeFd => _wake;

    /// <summary>Whether a signal that means the end has come, and still waits.</summary>
    public bool IsEndPending => _pending.Any(MeansEnd);

    /// <summary>The next signal, or null when none waits.</summary>
    public int? Next()
    {
        ulong counter;
        _ = LibC.read(_wake, &counter, sizeof(ulong));
        return _pending.TryDequeue(out var signal) ? signal : null;
    }

    /// <summary>Whether a signal asks the tool to end: Ctrl-C, Ctrl-\, kill, and a hang-up when the terminal is really gone (else it may mean "reload").</summary>
    public bool MeansEnd(int signal) =>
        signal == LibC.SIGINT || signal == LibC.SIGTERM || signal == LibC.SIGQUIT || (signal == LibC.SIGHUP && _hadTerminal && !HasTerminal());

    /// <summary>Makes the loop look again, without a signal.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            ulong one = 1;
            if (!_disposed) _ = LibC.write(_wake, &one, sizeof(ulong));
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            LibC.close(_wake);
        }
    }

    void Add(int signal)
    {
        _pending.Enqueue(signal);
        Wake();
    }

    static bool HasTerminal()
    {
        fixed (byte* path = "/dev/tty\0"u8)
        {
            var fd = LibC.open(path, LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_CLOEXEC);
            if (fd >= 0) LibC.close(fd);
            return fd >= 0;
        }
    }
}
