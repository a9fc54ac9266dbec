using System.Collections.Immutable;
using System.Globalization;

namespace SyscallProbe.Recording;

/// <summary>What a recorder could not do, counted: the sentences that evidence says it with.</summary>
readonly record struct RecordingReasons(ulong PathsFull, ulong PathsUnreadable, ulong ExecutablesFull)
{
    /// <summary>Of the eBPF recorder.</summary>
    public ulong Unfollowed { get; init; }

    /// <summary>Of the ptrace recorder.</summary>
    public ulong RefusedPtrace { get; init; }

    /// <summary>Of the ptrace recorder: processes that ran already.</summary>
    public ulong Untraced { get; init; }

    /// <summary>Of the ptrace recorder that uses a filter.</summary>
    public ulong RefusedStrictMode { get; init; }

    /// <summary>Of the ptrace recorder: programs whose file gives them privileges that they did not get.</summary>
    public ulong PrivilegesByTracer { get; init; }

    /// <summary>Of the ptrace recorder that uses a filter: as <see cref="PrivilegesByTracer"/>.</summary>
    public ulong PrivilegesByFilter { get; init; }

    /// <summary>A sentence for each count above 0.</summary>
    public ImmutableSortedSet<string> Sentences()
    {
        var reasons = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        Add(PathsFull, "paths of {0} calls not recorded: more distinct paths than the table holds");
        Add(PathsUnreadable, "paths of {0} calls not recorded: they could not be read from the process");
        Add(ExecutablesFull, "programs of {0} execve calls not recorded: more distinct programs than the table holds");
        Add(Unfollowed, "{0} processes not followed: the kernel had no memory for their mark");
        Add(RefusedPtrace, "{0} calls of ptrace failed as the recorder itself traces the workload: the eBPF recorder leaves them alone");
        Add(Untraced, "{0} threads of the workload not recorded: they may not be traced");
        Add(RefusedStrictMode, "{0} calls to enter seccomp's strict mode failed, as it cannot follow the recorder's filter");
        const string without = "{0} programs executed without the set-user-ID, set-group-ID or capabilities of their files, ";
        Add(PrivilegesByTracer, without + "as a tracer without CAP_SYS_PTRACE records them: record as root");
        Add(PrivilegesByFilter, without + "as the recorder's filter needs no_new_privs: the other recorders leave them alone");
        return reasons.ToImmutable();

        void Add(ulong count, string text)
        {
            if (count != 0) reasons.Add(string.Format(CultureInfo.InvariantCulture, text, count));
        }
    }
}
