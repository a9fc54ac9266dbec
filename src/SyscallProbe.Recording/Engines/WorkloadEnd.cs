using System.Collections.Immutable;

namespace SyscallProbe.Recording.Engines;

/// <summary>How a workload ended.</summary>
/// <param name="ExitCode">Its init's exit status; null when a signal ended it, or, with a note, when nobody could tell.</param>
/// <param name="Signal">The signal that ended its init, or null.</param>
/// <param name="IsHealthy">Whether the health check passed in time; null without one.</param>
/// <param name="IsStoppedByUs">Whether we told it to stop: then neither the signal nor the exit status is a failure of its own.</param>
/// <param name="IsInterrupted">Whether it was told to stop because the tool itself was (Ctrl-C, SIGTERM), not because its time was over.</param>
/// <param name="Notes">What a person should know besides, a sentence each.</param>
public sealed record WorkloadEnd(int? ExitCode, int? Signal, bool? IsHealthy, bool IsStoppedByUs, bool IsInterrupted, ImmutableArray<string> Notes);
