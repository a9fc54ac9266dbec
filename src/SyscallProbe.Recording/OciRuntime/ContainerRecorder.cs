using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>The process that records one container of an engine: started by the <c>create</c> that makes it, on its own from then on.</summary>
/// <remarks>
/// Started with the lock of the gate as descriptor 0, the lock that says it lives as 1 and a pidfd of runc as 2; see <see cref="ContainerFolder"/>.
/// It only looks on: the container goes on untouched however it ends.
/// </remarks>
sealed class ContainerRecorder(RecorderTask task) : IDisposable
{
    // Before its execve, runc's init is called this: libcontainer/nsenter/nsexec.c (v1.1).
    const string NameOfInit = "runc:[2:INIT]";

    const string Cgroup = "/syscallprobe-recorders";
    const int GateFd = 0, RuncFd = 2;

    readonly ContainerFolder _folder = new(task.Root, task.Id);
    readonly SignalRelay _signals = new();
    readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);
    BpfRecorder? _recorder;
    bool _isLate, _isGateOpen;

    /// <summary>Records the container until it ends and writes its trace; says in the engine's log what it could not do.</summary>
    public void Run()
    {
        try
        {
            Settle();
            var bundle = ContainerTrace.ReadBundle(task.Bundle);
            if (bundle is null || !ContainerTrace.IsSandbox(bundle)) Record(bundle);
        }
        catch (Exception e) when (e is FailureException or KernelCallException or IOException or UnauthorizedAccessException)
        {
            task.Log.Warn($"container {task.Id} is not recorded: {e.Message}");
        }
        finally
        {
            OpenGate();
            _folder.Remove();
            CgroupFolders.Enter("");
            CgroupFolders.RemoveIfEmpty(Cgroup);
        }
    }

    public void Dispose()
    {
        _recorder?.Dispose();
        _signals.Dispose();
    }

    void Record(BundleFile? bundle)
    {
        Attempt(() =>
        {
            _recorder = BpfRecorder.Open();
            if (task.IsRun) _recorder.FollowRuntime(task.RuncPid);
        });
        if (task.IsRun) OpenGate();
        if (!WaitForEnd(RuncFd)) return;
        var state = RuncState.Read(task.Root, task.Id);
        if (state is null && !task.IsRun) return; // runc could not make it
        if (state is not null)
        {
            if (!task.IsRun) Attempt(() => Follow(state));
            OpenGate();
            WaitForEnd(state);
        }

        var calls = _recorder?.Read();
        if (calls is { Events: 0 } && _reasons.Count == 0)
        {
            // Never started; only where `run` has made it can that not be told.
            if (!task.IsRun || state is null) return;
            _reasons.Add("nothing was recorded: the container was made by `run` and has no PID namespace of its own");
        }
        var trace = ContainerTrace.Of(bundle, calls, _recorder?.InitEnd, _folder.IsStopped, _recorder is not null && !_isLate, _reasons);
        ContainerTrace.Write(trace, task.Traces, task.Id);
    }

    void Follow(RuncState state)
    {
        if (_recorder is null) return;
        _recorder.Follow(state.Pid);
        _isLate = ProcessStat.Read(state.Pid)?.Name != NameOfInit;
        if (_isLate) _reasons.Add("the container was started before its recorder was ready: what it did before it executed another program is not recorded");
    }

    void WaitForEnd(RuncState state)
    {
        if (!state.IsRunning) return;
        var pidfd = KernelCall.PidfdOpen(state.Pid);
        if (!WaitForEnd(pidfd)) _reasons.Add("the recorder was told to end before the container");
        LibC.close(pidfd);
        if (_recorder is { FollowsExecutions: false } && _folder.HasExecuted) _reasons.Add("what the engine executed in it later is not recorded: it has no mount or PID namespace of its own");
    }

    /// <returns>False when a signal asks this process to end first.</returns>
    bool WaitForEnd(int pidfd)
    {
        Span<pollfd> polls = [new pollfd { fd = pidfd, events = LibC.POLLIN }, new pollfd { fd = _signals.WakeFd, events = LibC.POLLIN }];
        while (true)
        {
            KernelCall.Poll(polls, -1);
            if (polls[0].revents != 0) return true;
            while (_signals.Next() is { } signal)
            {
                if (_signals.MeansEnd(signal)) return false;
            }
        }
    }

    // Never the container's or the engine's: who stops those must not stop this one, and its memory is not theirs.
    void Settle()
    {
        File.WriteAllText("/proc/self/oom_score_adj", "500");
        if (!CgroupFolders.Enter(Cgroup)) task.Log.Warn("the recorder stays in the engine's control group: none of its own could be made");
    }

    void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is FailureException or KernelCallException)
        {
            var reason = e is FailureException known ? known.Failure.What : e.Message;
            _reasons.Add($"not recorded: {reason}");
            task.Log.Warn($"container {task.Id} is not recorded: {reason}");
            _recorder?.Dispose();
            _recorder = null;
        }
    }

    void OpenGate()
    {
        if (_isGateOpen) return;
        _isGateOpen = true;
        // Unlocked and not only closed: .NET's own start has made copies of standard streams.
        KernelCall.Flock(GateFd, FcntlHeader.LOCK_UN);
    }
}
