using SyscallProbe.Traces;

namespace SyscallProbe.Recording;

/// <summary>What is missing of a workload that uses io_uring where a recorder cannot see into rings.</summary>
static class RingReason
{
    /// <summary>The calls with which a program has a ring.</summary>
    static readonly string[] s_calls = ["io_uring_setup", "io_uring_enter"];

    /// <summary>A sentence; null where no ring was used, as nothing can be missing then.</summary>
    /// <param name="why">Why this recorder does not see the operations, and what does.</param>
    public static string? Of(IEnumerable<Observation> observations, string why) =>
        observations.Any(seen => seen.Result.IsSuccess && s_calls.Contains(Syscalls.NameOf(seen.Abi, seen.Nr)))
            ? $"operations through io_uring not recorded: {why}" : null;
}
