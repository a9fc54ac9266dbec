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
        return reasons.ToImmutable();

        void Add(ulong count, string text)
        {
            if (count != 0) reasons.Add(string.Format(CultureInfo.InvariantCulture, text, count));
        }
    }
}
