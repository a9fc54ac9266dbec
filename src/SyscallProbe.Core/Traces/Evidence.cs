using System.Collections.Immutable;

namespace SyscallProbe.Traces;

/// <summary>How far a trace can be trusted.</summary>
public enum EvidenceGrade
{
    /// <summary>From the first instruction, nothing lost, nothing unparsed, and the workload was healthy or ended with 0.</summary>
    Complete,

    /// <summary>Something is missing; a positive verdict is not possible.</summary>
    Partial,

    /// <summary>Empty, or names of calls only.</summary>
    Insufficient,
}

/// <summary>What is known about how a trace came about.</summary>
public sealed record Evidence
{
    /// <summary>Calls and operations of io_uring rings counted: the sum over all observations but those of phase init.</summary>
    public ulong Events { get; init; }

    /// <summary>Calls that could not be counted, by the recorder's own counters.</summary>
    public ulong Lost { get; init; }

    /// <summary>Lines of an imported log that could not be read; 0 for a recording.</summary>
    public ulong Unparsed { get; init; }

    /// <summary>Recordings merged into this trace.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>The workload's exit status, or null when a signal ended it. Of several runs: the largest.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the workload, or null. Of several runs: the largest.</summary>
    public int? Signal { get; init; }

    /// <summary>Whether the health check passed; null without one. Of several runs: false before null before true.</summary>
    public bool? Healthy { get; init; }

    /// <summary>
    /// Whether the workload did its work under the runtime that was recorded: it was healthy, or ended by itself with 0. False when it failed; null when that
    /// is not known, as of a server that was stopped and had no health check. Of several runs: false before null before true.
    /// </summary>
    public bool? Succeeded { get; init; }

    /// <summary>Whether recording began before the workload's first instruction.</summary>
    public bool FromFirstInstruction { get; init; }

    /// <summary>
    /// When the last kind of call appeared, as a share of the time from start until the workload was told to stop, 0 to 1; null where it ended by itself, or nobody looked. Of several runs the
    /// largest. Near 1, a longer recording may bring more.
    /// </summary>
    public double? LastNewKind { get; init; }

    /// <summary>Kinds of call that appeared in the last third of that time. Of several runs the largest.</summary>
    public int? LateKinds { get; init; }

    /// <summary>Whether only names of calls are known, without arguments or results.</summary>
    public bool NamesOnly { get; init; }

    /// <summary>Whether a seccomp filter judged calls of the workload: where it answered, the errno is the filter's, and what the program would have tried first is not seen.</summary>
    public bool SeccompFilter { get; init; }

    /// <summary>What recorded it, as <c>--recorder</c> names it (<c>ebpf</c>, <c>ptrace</c>, <c>ptrace-seccomp</c>), each once; empty where that is not known, as of a trace of an older version.</summary>
    public ImmutableSortedSet<string> Recorders { get; init; } = [];

    /// <summary>What else limits the trust, a sentence each, sorted; empty when nothing does.</summary>
    public ImmutableSortedSet<string> Reasons { get; init; } = [];

    public EvidenceGrade Grade =>
        Events == 0 || NamesOnly ? EvidenceGrade.Insufficient
        : FromFirstInstruction && Lost == 0 && Unparsed == 0 && Reasons.IsEmpty && Succeeded == true ? EvidenceGrade.Complete
        : EvidenceGrade.Partial;
}
