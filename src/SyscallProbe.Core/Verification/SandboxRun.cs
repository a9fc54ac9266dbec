using System.Collections.Immutable;
using SyscallProbe.Traces;

namespace SyscallProbe.Verification;

/// <summary>One run under a real sandbox.</summary>
/// <param name="Platform">As <c>ptrace</c>.</param>
/// <param name="Succeeded">Whether it did its work; null when that is not known.</param>
/// <param name="InOrder">Each kind of call once, in the order of the first return; arguments that the log does not tell are left out.</param>
/// <param name="Unparsed">Lines of the log that were not understood.</param>
/// <param name="LastLines">The end of what it wrote.</param>
public sealed record SandboxRun(string Platform, bool? Succeeded, ImmutableArray<Observation> InOrder, ulong Unparsed, ImmutableArray<string> LastLines);
