using System.Collections.Immutable;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording;

/// <summary>Records what the processes of a container call, from the first instruction of the application on.</summary>
/// <remarks>Disposing ends the recording and frees everything in the kernel; the workload goes on untouched. Not thread-safe.</remarks>
public interface IRecorder : IDisposable
{
    /// <summary>
    /// Follows a container. Recording begins with the next successful execve of its init or of any process among its mounts
    /// (<c>runc exec</c>), or in its PID namespace where its mounts are ours, so that none of the runtime's own calls is in it, and passes on to every child.
    /// </summary>
    /// <param name="initPid">Process id, as the host sees it, of the container's init while it still waits to be started.</param>
    /// <exception cref="FailureException">No such process (<see cref="FailureCode.RecordingFailed"/>), or its <c>/proc</c> files may not be read.</exception>
    /// <remarks>
    /// The calling process and what it starts afterwards are left out, save for <paramref name="initPid"/> and its children: a health
    /// check that the tool runs in the container is not the workload. A container with neither mounts nor a PID namespace of its own is known by its init alone.
    /// </remarks>
    void Follow(int initPid);

    /// <summary>Whether the observations that it reads have call stacks.</summary>
    bool TakesStacks { get; }

    /// <summary>Says what the workload is doing from now on; <see cref="Phase.Startup"/> until told otherwise.</summary>
    /// <remarks>A call belongs to the phase in which it returns.</remarks>
    void SetPhase(Phase phase);

    /// <summary>Reads what has been counted so far; may be called at any time, also after every process has ended.</summary>
    RecordedCalls Read();
}

/// <summary>A recorder that takes up a workload which runs already, too.</summary>
public interface ILateRecorder : IRecorder
{
    /// <summary>
    /// Records processes that run already, with all of their threads, what they make from now on and, where they are a container with mounts or a PID namespace of its own, what is
    /// executed in that later. A call that a thread is in counts when it returns. The processes are never stopped for good, signalled or killed, however the recording ends.
    /// </summary>
    /// <exception cref="FailureException">The first of them has gone or may not be recorded (<see cref="FailureCode.NoPermission"/>, <see cref="FailureCode.RecordingFailed"/>).</exception>
    /// <remarks>Once, and in place of <see cref="IRecorder.Follow"/>.</remarks>
    void Attach(Running.RunningProcesses processes);
}

/// <summary>What a recorder has counted.</summary>
/// <param name="Observations">In the order of a trace, each kind once.</param>
/// <param name="Events">Calls counted: the sum over <paramref name="Observations"/>.</param>
/// <param name="Lost">Calls seen but not counted, because the kernel's table was full.</param>
/// <param name="Reasons">What else the recording missed, a sentence each; empty when nothing.</param>
public sealed record RecordedCalls(
    ImmutableArray<Observation> Observations, ulong Events, ulong Lost, ImmutableSortedSet<string> Reasons)
{
    /// <summary>What has counted them, see <see cref="Evidence.Recorders"/>; null for a recorder that no trace is made with.</summary>
    public string? Recorder { get; init; }

    /// <summary>Whether a followed process ran under a seccomp filter, whose errnos hide what the kernel itself would have answered.</summary>
    public bool SeccompFilter { get; init; }

    /// <summary>As <see cref="Evidence.LastNewKind"/>; null where it was not looked at.</summary>
    public double? LastNewKind { get; init; }

    /// <summary>As <see cref="Evidence.LateKinds"/>; null where it was not looked at.</summary>
    public int? LateKinds { get; init; }

    /// <summary>How many kinds have no call stack or one that ends early, and why, a sentence; null where none is missing or none was asked for.</summary>
    public string? MissingStacks { get; init; }

    /// <summary>What the process that was followed or attached to exited with; null while it runs, after a signal, and where the recorder does not see it (ptrace).</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended that process; null as for <see cref="ExitCode"/>.</summary>
    public int? Signal { get; init; }
}
