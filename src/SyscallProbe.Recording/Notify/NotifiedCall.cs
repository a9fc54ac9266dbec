using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Ptrace;
using SyscallProbe.Rehearsal;
using SyscallProbe.Rules;

namespace SyscallProbe.Recording.Notify;

/// <summary>A call whose caller waits for our answer, and what can be seen of it: registers, memory, files, all as the recorders see them.</summary>
/// <remarks>The memory is the caller's own: another thread may change it, and the caller may have gone. What cannot be read matches nothing.</remarks>
readonly struct NotifiedCall(in SeccompNotification notification)
{
    readonly CallEntry _call = CallEntry.Of(notification.data);

    /// <summary>The thread that waits.</summary>
    public int Tid { get; } = (int)notification.pid;

    public Abi Abi => _call.Abi;

    public Nr Nr => _call.Nr;

    /// <summary>Whether it is one of these calls.</summary>
    /// <param name="spec">Of the call's number.</param>
    public bool Is(EnforcedCall enforced, CallSpec spec)
    {
        var hasFile = enforced.Fd != FdKind.Unknown || enforced.Arguments.Any(argument => argument.Key.Socket is not null);
        var file = hasFile && spec.File is { } position ? OpenFiles.NoteOf(Tid, ProcessStatus.GroupOf(Tid)?.Pid ?? Tid, (uint)_call[position], withSocket: !spec.SocketFacts.IsEmpty) : 0;
        foreach (var (key, value) in enforced.Arguments)
        {
            if ((key.Socket is { } fact ? FileWord.FactOf(file, fact) : CallReader.ValueOf(Tid, _call[key.Position], key)) != value) return false;
        }
        if (enforced.Fd != FdKind.Unknown && (FileWord.KindOf(file) & enforced.Fd) == 0) return false;
        return enforced.Path is null || HasPath(spec, enforced.Path);
    }

    bool HasPath(CallSpec spec, string path)
    {
        foreach (var position in spec.Paths)
        {
            if (_call[position] != 0 && ProcessMemory.ReadPath(Tid, _call[position]) == path) return true;
        }
        return false;
    }
}
