using System.Collections.Immutable;

namespace SyscallProbe.Rehearsal;

/// <summary>The least that is enforced or left out as a whole: one kind of call, or one path with every call that looks it up.</summary>
/// <param name="Findings">Positions of the findings that it makes come true; never empty.</param>
/// <param name="IsPossibleOnly">Whether the target may also do what runc does: then it proves something only when the workload does not mind.</param>
public sealed record PlanItem(ImmutableArray<EnforcedCall> Calls, ImmutableArray<int> Findings, bool IsPossibleOnly);

/// <summary>A finding that cannot be made to come true under runc.</summary>
/// <param name="Finding">Its position.</param>
/// <param name="Reason">Why, a clause without a full stop.</param>
public sealed record NotEnforced(int Finding, string Reason);

/// <summary>What is done about each finding.</summary>
public sealed record PlanItems(ImmutableArray<PlanItem> Items, ImmutableArray<NotEnforced> Left);
