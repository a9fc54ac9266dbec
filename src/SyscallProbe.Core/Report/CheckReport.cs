using System.Collections.Immutable;
using SyscallProbe.Rules;
using SyscallProbe.Traces;

namespace SyscallProbe.Report;

/// <summary>The judgement on one target. Those with which the workload runs come first.</summary>
public enum Verdict
{
    /// <summary>Nothing found that the workload would feel.</summary>
    Compatible,

    /// <summary>Runs, with a loss that the findings name.</summary>
    Caveats,

    /// <summary>At least one finding is blocking.</summary>
    Incompatible,

    /// <summary>The evidence does not carry a verdict; the reasons say why.</summary>
    Inconclusive,
}

/// <summary>What the workload will feel of a finding.</summary>
public enum Consequence
{
    Blocking,
    Degraded,
    Harmless,
    Unknown,
}

/// <summary>How a finding's outcome is known.</summary>
public enum Certainty
{
    /// <summary>From the matrix and its rules.</summary>
    Predicted,

    /// <summary>The workload ran with the outcome enforced.</summary>
    Rehearsed,

    /// <summary>The real sandbox did it.</summary>
    Verified,
}

/// <summary>Calls of one kind, under one target, that do not go as under runc.</summary>
/// <param name="Rule">Stable id; <c>syscallprobe explain RULE</c> tells more.</param>
/// <param name="Syscall">The kernel's name, or null for a finding on a manifest.</param>
/// <param name="Arguments">Key arguments in order, values as decimal numbers or symbols.</param>
/// <param name="Observed">How often it was seen under runc and with what result.</param>
/// <param name="Effect">What the target does instead, one sentence; null when outcome and errno say it all.</param>
/// <param name="Remedy">What to do about it, one sentence.</param>
public sealed record Finding(
    string Rule,
    string? Syscall,
    ImmutableArray<KeyValuePair<string, string>> Arguments,
    string? Path,
    OutcomeKind Outcome,
    Errno? Errno,
    string? Condition,
    Observed Observed,
    Consequence Consequence,
    Certainty Certainty,
    ImmutableSortedSet<string> Executables,
    Phase Phase,
    Location? Location,
    string? Effect,
    string Remedy)
{
    /// <summary>Functions on the stack of the call's first occurrence, innermost first; empty where none was taken.</summary>
    public ImmutableArray<string> Stack { get; init; } = [];

    /// <summary>Recordings in which it was seen, where several were made; else null.</summary>
    public int? Runs { get; init; }

    /// <summary>What was assessed, where a policy gave the finding another <see cref="Consequence"/>; else null.</summary>
    public Consequence? AssessedConsequence { get; init; }

    /// <summary>The policy's waiver of it, which may have expired; null without one.</summary>
    public FindingWaiver? Waiver { get; init; }

    /// <summary>Whether the policy accepts it: it counts for no verdict.</summary>
    public bool IsWaived => Waiver is { IsExpired: false };

    /// <summary>How it stands to the baseline; null without one.</summary>
    public BaselineState? Baseline { get; init; }

    /// <summary>Whether a gate looks at it: it is not waived, and no baseline has it as severe.</summary>
    public bool Counts => !IsWaived && Baseline != BaselineState.Unchanged;
}

/// <summary>How often a kind of call was seen under runc, and what it gave.</summary>
public readonly record struct Observed(ulong Count, Result Result);

/// <summary>A place in a manifest. Line is 1-based.</summary>
public sealed record Location(string File, int Line, string Field);

/// <summary>One target's verdict with what led to it.</summary>
/// <param name="Target">As in <c>--target</c>, with the release filled in.</param>
/// <param name="MinimumRelease">First release from which on every known one is compatible with the same flags; null when there is none or it was not looked for.</param>
/// <param name="Reasons">Why the verdict is inconclusive, a sentence each; empty otherwise.</param>
/// <param name="Findings">Worst first: consequence, then count, then the order of the trace; waived ones last.</param>
public sealed record TargetReport(
    string Target, Verdict Verdict, string? MinimumRelease, ImmutableArray<string> Reasons, ImmutableArray<Finding> Findings)
{
    /// <summary>The runtime of the target: <c>gvisor</c>.</summary>
    public string Runtime => Target.Split('@', ',')[0];

    /// <summary>The smallest changes after which the verdict is compatible or has caveats, the best first; empty when it is that already, no such change is known, or none was looked for.</summary>
    public ImmutableArray<Fix> Fixes { get; init; } = [];

    /// <summary>What the workload's code could call and did not, and what would not go as under runc; blocking ones first, then by name. Empty where no scan was made.</summary>
    public ImmutableArray<LatentFinding> Latent { get; init; } = [];

    /// <summary>Why nothing positive can be said whatever the findings are, a sentence each; empty where the evidence carries a verdict, and in a report that was read from a file.</summary>
    public ImmutableArray<string> Gaps { get; init; } = [];

    /// <summary>How it stands to the baseline; null without one.</summary>
    public BaselineResult? Baseline { get; init; }

    /// <summary>The verdict that a gate goes by: with a baseline only what is new or worse counts.</summary>
    public Verdict GateVerdict => Baseline?.Gate ?? Verdict;

    /// <summary>The findings that count for the verdict: those that are not waived.</summary>
    public IEnumerable<Finding> Counted => Findings.Where(finding => !finding.IsWaived);

    /// <summary>What the rehearsal showed; null when there was none.</summary>
    public RehearsalReport? Rehearsal { get; init; }

    /// <summary>What the real sandbox showed; null when there was none.</summary>
    public VerificationReport? Verification { get; init; }
}

/// <summary>What is changed by a <see cref="Fix"/>, the smaller first.</summary>
public enum FixKind
{
    /// <summary>A flag of the runtime.</summary>
    Flag,

    /// <summary>A capability of the container.</summary>
    Capability,

    /// <summary>A newer release, and with it a flag where neither helps alone.</summary>
    Release,

    /// <summary>Another runtime.</summary>
    Runtime,
}

/// <summary>A change with which the workload would run; it was assessed.</summary>
/// <param name="Target">As in <c>--target</c>, after the change.</param>
/// <param name="Capability">The capability that the container gets, as the kernel spells it; null for the other kinds.</param>
/// <param name="Verdict">After the change: compatible or caveats.</param>
/// <param name="Text">What to do, in plain words without a full stop.</param>
public sealed record Fix(FixKind Kind, string Target, string? Capability, Verdict Verdict, string Text);

/// <summary>One runtime with everything needed to act on it.</summary>
/// <param name="Runtime"><c>runc</c>, <c>gvisor</c>, <c>kata</c> or <c>none</c>.</param>
public sealed record Recommendation(string Runtime, ImmutableArray<string> Reasons, ImmutableArray<string> Caveats)
{
    /// <summary>The target that was chosen, as in <c>--target</c>; null for <c>runc</c> and <c>none</c>.</summary>
    public string? Target { get; init; }

    /// <summary>The row of the policy that decided, with the facts that it saw; null in a report of an older version.</summary>
    public PolicyDecision? Policy { get; init; }
}

/// <summary>Something in a manifest that makes pods.</summary>
/// <param name="Kind">As the manifest spells it.</param>
/// <param name="Namespace">Null where the manifest names none.</param>
/// <param name="Line">Where it begins, 1-based.</param>
public sealed record ManifestWorkload(string Kind, string? Namespace, string Name, string File, int Line)
{
    /// <summary><see cref="File"/> of what was piped in.</summary>
    public const string StandardInput = "standard input";

    /// <summary><c>Deployment shop/web</c>.</summary>
    public override string ToString() => $"{Kind} {(Namespace is null ? "" : Namespace + "/")}{Name}";
}

/// <summary>The one report model; every renderer reads it and nothing else.</summary>
/// <param name="ToolVersion">Version of SyscallProbe.</param>
public sealed record CheckReport(
    string ToolVersion, Subject Subject, Evidence Evidence, ImmutableArray<TargetReport> Targets, Recommendation Recommendation)
{
    public const int SchemaVersion = 1;

    /// <summary>Distinct kinds of call in the trace without phase init; null when not known, as in a report of an older version.</summary>
    public int? Kinds { get; init; }

    /// <summary>The workload of a manifest that was judged; null where a command alone was.</summary>
    public ManifestWorkload? Workload { get; init; }

    /// <summary>What the recommendation hangs on beside the verdicts; null in a report of an older version.</summary>
    public WorkloadProfile? Profile { get; init; }

    /// <summary>As <see cref="Trace.SingleRunKinds"/>.</summary>
    public int? SingleRunKinds { get; init; }

    /// <summary>Every waiver of the policy with what became of it; empty without a policy.</summary>
    public ImmutableArray<WaiverUse> Waivers { get; init; } = [];

    /// <summary>Whether a manifest was judged without anything having run.</summary>
    public bool IsSpecificationOnly => Workload is not null && Evidence.Events == 0;
}
