using System.Collections.Immutable;
using SyscallProbe.Rules;

namespace SyscallProbe.Report;

/// <summary>A call that the workload's code can make, that no recording saw, and that the target would not serve as runc does, whatever its arguments.</summary>
/// <param name="Rule">Stable id; <c>syscallprobe explain RULE</c> tells more.</param>
/// <param name="Syscall">The kernel's name.</param>
/// <param name="Consequence">Blocking or degraded: what it would be if the call were made.</param>
/// <param name="Files">Programs and libraries that can make it; sorted, never empty.</param>
/// <param name="Remedy">What to do about it, one sentence.</param>
public sealed record LatentFinding(
    string Rule, string Syscall, OutcomeKind Outcome, Errno? Errno, string? Condition, Consequence Consequence, ImmutableSortedSet<string> Files, string Remedy);
