using System.Collections.Immutable;

namespace SyscallProbe.Recording.Running;

/// <summary>How the watching of a running workload ended.</summary>
/// <param name="HasEnded">Whether its first process did; else it goes on.</param>
/// <param name="IsHealthy">Whether the health check passed in time; null without one.</param>
/// <param name="IsInterrupted">Whether this process was asked to end.</param>
/// <param name="Notes">What a person should know besides, a sentence each.</param>
public sealed record RunningEnd(bool HasEnded, bool? IsHealthy, bool IsInterrupted, ImmutableArray<string> Notes);
