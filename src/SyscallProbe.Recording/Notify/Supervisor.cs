using System.Collections.Frozen;
using System.Collections.Immutable;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Rehearsal;
using Tmds.Linux;

namespace SyscallProbe.Recording.Notify;

/// <summary>Answers calls that a seccomp filter cannot tell apart by itself: looks at paths, structures and files, then refuses, fakes success or lets the kernel go on.</summary>
/// <remarks>
/// One thread for a container. While it is gone its callers would wait, so an error in here lets the call go on. That memory may change between our look and the
/// kernel's does not matter: nothing is protected by it, a rehearsal only shows.
/// </remarks>
sealed unsafe class Supervisor : IDisposable
{
    readonly ListenerSocket _socket;
    readonly ProgramFile _runc;
    readonly FrozenDictionary<(Abi, Nr), (CallSpec Spec, EnforcedCall[] Enforced)> _calls;
    readonly List<int> _filters = [];
    volatile int _cutShort;
    readonly Thread _thread;
    readonly int _stopRead, _stopWrite;

    /// <param name="socketPath">The bundle's <c>listenerPath</c>; listened on from now on.</param>
    /// <param name="runcPath">runc's own calls always go on: its init is under the filter until it executes the workload.</param>
    public Supervisor(string socketPath, ImmutableArray<EnforcedCall> calls, string runcPath)
    {
        _runc = ProgramFile.Of(runcPath);
        _calls = calls.GroupBy(call => (call.Abi, call.Nr)).ToFrozenDictionary(group => group.Key, group => (CallSpec.Of(group.Key.Abi, group.Key.Nr), group.ToArray()));
        _socket = new ListenerSocket(socketPath);
        var ends = stackalloc int[2];
        KernelCall.Check(LibC.pipe2(ends, LibC.O_CLOEXEC), "pipe2");
        (_stopRead, _stopWrite) = (ends[0], ends[1]);
        _thread = new Thread(Run) { IsBackground = true, Name = "supervisor" };
        _thread.Start();
    }

    /// <summary>Calls that a signal ended before they had their answer: the caller may have got EINTR from a call that never gives it.</summary>
    /// <remarks>seccomp_unotify(2): until the answer is there the call is interruptible; SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, which would mend most of it, is not known to runc 1.1.</remarks>
    public int CutShort => _cutShort;

    /// <summary>Ends it. Calls that wait get ENOSYS from the kernel: the container must be gone before.</summary>
    public void Dispose()
    {
        LibC.close(_stopWrite);
        _thread.Join();
        LibC.close(_stopRead);
        _socket.Dispose();
        foreach (var filter in _filters) LibC.close(filter);
    }

    void Run()
    {
        while (true)
        {
            pollfd[] polls = [Readable(_stopRead), Readable(_socket.Fd), .. _filters.Select(Readable)];
            KernelCall.Poll(polls, -1);
            if (polls[0].revents != 0) return;
            foreach (var poll in polls.AsSpan(2))
            {
                if ((poll.revents & LibC.POLLIN) != 0) Answer(poll.fd);
                else if (poll.revents != 0) Close(poll.fd); // the last process under the filter has ended
            }
            if (polls[1].revents != 0 && _socket.Accept() is >= 0 and var filter) _filters.Add(filter);
        }
    }

    static pollfd Readable(int fd) => new() { fd = fd, events = LibC.POLLIN };

    void Close(int filter)
    {
        _filters.Remove(filter);
        LibC.close(filter);
    }

    void Answer(int filter)
    {
        SeccompNotification notification = default;
        // ENOENT here and below: a signal took the caller out of the call, or killed it.
        if (Ioctl(filter, SeccompHeader.SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0)
        {
            _cutShort++;
            return;
        }
        var response = new SeccompResponse { id = notification.id };
        if (Find(notification) is { } call && IsStillThere(filter, notification.id)) response.error = -(call.Errno?.Value ?? 0);
        else response.flags = SeccompHeader.SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        if (Ioctl(filter, SeccompHeader.SECCOMP_IOCTL_NOTIF_SEND, &response) != 0) _cutShort++;
    }

    EnforcedCall? Find(in SeccompNotification notification)
    {
        var seen = new NotifiedCall(notification);
        if (!_calls.TryGetValue((seen.Abi, seen.Nr), out var calls)) return null;
        foreach (var call in calls.Enforced)
        {
            if (seen.Is(call, calls.Spec)) return _runc.IsRunBy(seen.Tid) ? null : call;
        }
        return null;
    }

    // Else what was read may be of another process, which has the number by now.
    static bool IsStillThere(int filter, ulong id) => Ioctl(filter, SeccompHeader.SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;

    static int Ioctl(int fd, uint request, void* argument)
    {
        int result;
        do result = LibC.ioctl(fd, (int)request, argument);
        while (result != 0 && LibC.errno == LibC.EINTR);
        return result;
    }
}
