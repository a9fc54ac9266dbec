using System.Runtime.InteropServices;
using System.Text;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Running;
using Tmds.Linux;
using Kernel = SyscallProbe.Recording.Interop.Kernel;

namespace SyscallProbe.Recording;

public sealed partial class BpfRecorder
{
    readonly Dictionary<string, int> _attachedExecutables = new(StringComparer.Ordinal);
    int _lastExecutable;

    /// <inheritdoc/>
    /// <remarks>
    /// No process is touched: marks are hung on its threads in the kernel, where the programs run already and pass them on to whatever is made meanwhile.
    /// </remarks>
    public void Attach(RunningProcesses processes)
    {
        BeginToAttach(processes);
        processes.TakeUpAll(pid =>
        {
            var executable = NameExecutable(pid);
            var isNew = false;
            foreach (var thread in _adoptsThreads ? [pid] : ProcessStatus.ThreadsOf(pid)) isNew |= TryAdopt(pid, thread, executable, isFirst: false);
            return isNew;
        });
        _maps.SetAttaching(false);
    }

    /// <summary>Marks the first process alone; from now on what is made by those that descend from it is marked too.</summary>
    internal void BeginToAttach(RunningProcesses processes)
    {
        _maps.SetAttaching(true);
        // The programs give out ids one by one; as long as nothing is marked they give out none.
        foreach (var pid in processes.Find()) NameExecutable(pid);
        _maps.Control.Update(0, ControlWithExecutables(_attachedExecutables.Count));
        // From here on ids may be given out at any time: ours are the largest.
        _lastExecutable = ushort.MaxValue + 1;
        if (processes.OwnNamespace is { } kind) RememberNamespace(processes.Pid, kind);
        if (!TryAdopt(processes.Pid, processes.Pid, NameExecutable(processes.Pid), isFirst: true)) throw new FailureException(Failures.NoProcess(processes.Pid));
    }

    // False where it has a mark already, or has ended.
    bool TryAdopt(int pid, int thread, int executable, bool isFirst)
    {
        using var pidfd = new BpfHandle(Kernel.PidfdOpen(thread, thread == pid ? 0 : Kernel.PIDFD_THREAD));
        if (pidfd.IsInvalid) return false;
        Span<byte> value = stackalloc byte[RecordLayout.TaskBytes];
        value.Clear();
        MemoryMarshal.Write(value[RecordLayout.TaskState..], TaskStates.Armed);
        MemoryMarshal.Write(value[RecordLayout.TaskExecutable..], executable);
        MemoryMarshal.Write(value[RecordLayout.TaskInit..], isFirst ? 1 : 0);
        try
        {
            return _maps.Tasks.TryInsert(MemoryMarshal.AsBytes(new ReadOnlySpan<int>([pidfd.Fd])), value);
        }
        catch (FailureException) when (LibC.errno == LibC.ESRCH || LibC.errno == LibC.ENOENT)
        {
            return false;
        }
    }

    // The id of the program that a process runs; 0 where it is not known, or there is no room for it.
    int NameExecutable(int pid)
    {
        if (RunningProcesses.ProgramOf(pid) is not { } path) return 0;
        if (_attachedExecutables.TryGetValue(path, out var known)) return known;
        Span<byte> key = stackalloc byte[RecordLayout.PathBytes];
        key.Clear();
        var bytes = Encoding.UTF8.GetBytes(path).AsSpan();
        bytes[..Math.Min(bytes.Length, key.Length)].CopyTo(key);
        Span<byte> id = stackalloc byte[sizeof(int)];
        var isFirstWalk = _lastExecutable <= ushort.MaxValue;
        var next = isFirstWalk ? _attachedExecutables.Count + 1 : _lastExecutable - 1;
        MemoryMarshal.Write(id, next);
        try
        {
            if (!_maps.Executables.TryInsert(key, id))
            {
                return _maps.Executables.TryRead(key, id) ? MemoryMarshal.Read<int>(id) : 0;
            }
        }
        catch (FailureException)
        {
            return 0; // E2BIG: the table is full
        }
        if (!isFirstWalk) _lastExecutable = next;
        return _attachedExecutables[path] = next;
    }

    byte[] ControlWithExecutables(int count)
    {
        var control = _maps.Control.Read(0);
        MemoryMarshal.Write(control.AsSpan(RecordLayout.ControlExecutables), count);
        return control;
    }
}
