using System.Collections.Immutable;
using SyscallProbe.Traces;

namespace SyscallProbe.Rehearsal;

/// <summary>One run of the workload with a plan enforced.</summary>
/// <param name="Passed">Whether it did its work by the same measure as without the plan.</param>
/// <param name="Trace">What it called.</param>
/// <param name="LastLines">The end of its error output, or of its output where it wrote no error; as written, to be escaped by whoever prints it.</param>
/// <param name="IsDisturbed">Whether enforcing may have given it an error that the target does not, so that failing proves nothing.</param>
public sealed record RehearsalRun(bool Passed, Trace Trace, ImmutableArray<string> LastLines, bool IsDisturbed = false);
