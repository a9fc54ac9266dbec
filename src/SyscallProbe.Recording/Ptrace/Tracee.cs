using SyscallProbe.Recording.Bpf;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>One thread that is traced.</summary>
sealed class Tracee(int tid, TracedProcess process)
{
    /// <summary>Changes when a thread that is not the leader executes another program: it becomes the leader.</summary>
    public int Tid { get; set; } = tid;

    public TracedProcess Process { get; } = process;

    /// <summary>The call that it is in; null outside of any.</summary>
    public CallEntry? Call { get; set; }

    /// <summary>The last call, as long as it is open what it gave.</summary>
    public PendingCall? Pending { get; set; }

    /// <summary>It ran before it was traced and has not stopped yet: the call that it is in was not seen to begin.</summary>
    public bool IsFresh { get; set; }

    /// <summary>An interrupted call of which the return from the handler decides, as the handler is older than the recording and its flags are not known.</summary>
    public RecordedRow? Undecided { get; set; }

    /// <summary>Of an execve that it is in: what was given, as the memory is gone afterwards.</summary>
    public ExecArguments? Exec { get; set; }

    /// <summary>The call that it is in, or its child was made by, as long as that is changed; null at all other times.</summary>
    public UntracedClone? Untraced { get; set; }

    /// <summary>The registers of the call in whose place it makes another, see <see cref="FilterInstaller"/>; null at all other times.</summary>
    public ulong[]? Replaced { get; set; }

    /// <summary>Whether its next stop must be at a call, and not only where a filter says so: what a call gives is seen at its return, and what it gave is decided by the next.</summary>
    public bool StopsAtNextCall => Process.IsWatched && (Process.StopsAtEachCall || Call is not null || Replaced is not null || Pending is not null);

    /// <summary>Its execve has been counted at the exec; the return from it is no call.</summary>
    public bool SkipsReturn { get; set; }
}

/// <summary>What all threads of a process have in common.</summary>
sealed class TracedProcess(int pid)
{
    /// <summary>Number of its thread group.</summary>
    public int Pid { get; } = pid;

    /// <summary>A container's init, or a process that it made, that still runs the runtime's code.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>Its calls are counted.</summary>
    public bool IsArmed { get; set; }

    /// <summary>Id of the program that it runs; 0 before any is known.</summary>
    public int Executable { get; set; }

    /// <summary>Whether a seccomp filter judges its calls.</summary>
    public bool HasFilter { get; set; }

    /// <summary>Our own filter, for the recorder that stops only at some calls.</summary>
    public FilterState Filter { get; set; }

    /// <summary>It can gain no privileges any more, because of our filter.</summary>
    public bool HasOurNoNewPrivileges { get; set; }

    public SignalActions Actions { get; set; } = new();

    /// <summary>Whether its threads must stop at their calls.</summary>
    public bool IsWatched => IsFollowed || IsArmed;

    /// <summary>Whether a filter of ours does not tell all that has to be seen.</summary>
    public bool StopsAtEachCall => Filter != FilterState.Installed;

    /// <summary>A child as fork(2) makes it.</summary>
    public TracedProcess Fork(int pid) => new(pid)
    {
        IsFollowed = IsFollowed, IsArmed = IsArmed, Executable = Executable, HasFilter = HasFilter, Actions = Actions,
        Filter = Filter, HasOurNoNewPrivileges = HasOurNoNewPrivileges,
    };
}

/// <summary>A call that was interrupted, or looks as if a filter had refused it: what comes next decides what it gave.</summary>
/// <param name="Row">What is counted when it is decided.</param>
/// <param name="Code">EINTR or one of <see cref="RestartCodes"/>.</param>
readonly record struct PendingCall(RecordedRow Row, int Code);

/// <summary>What an execve was given.</summary>
/// <param name="Path">Null where it could not be read.</param>
/// <param name="ArgumentCount">Length of argv.</param>
readonly record struct ExecArguments(string? Path, int ArgumentCount);
