using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Verification;

/// <summary>Tells which calls of two runs are of one kind, where one run knows less of each than the other.</summary>
static class Alignment
{
    // Answers that depend on the moment.
    static readonly HashSet<string> s_transient = ["EAGAIN", "EINTR", "EINPROGRESS", "EALREADY", "ETIMEDOUT"];

    /// <summary>Whether a result says something of the kernel that gave it.</summary>
    public static bool IsTelling(Result result) => !result.IsNever && (result.Errno is not { } errno || !s_transient.Contains(errno.Name));

    /// <summary>Whether a call of the sandbox may be one that was recorded: nothing known of both is different.</summary>
    /// <remarks>A recording keeps a path where it decides or the call failed; of a success elsewhere it has none, and the call may have been on any.</remarks>
    public static bool MayBe(Observation logged, Observation recorded)
    {
        if (logged.Nr != recorded.Nr || logged.Abi != recorded.Abi) return false;
        foreach (var argument in logged.Arguments)
        {
            foreach (var other in recorded.Arguments)
            {
                if (other.Name == argument.Name && other.Value != argument.Value) return false;
            }
        }
        return MayBePath(logged.Path, recorded.Path);
    }

    /// <summary>Whether the sandbox's call may be that of a finding.</summary>
    public static bool MayBe(Observation logged, Finding finding)
    {
        if (Syscalls.NameOf(logged.Abi, logged.Nr) != finding.Syscall) return false;
        foreach (var (name, text) in ArgumentTexts.Of(logged))
        {
            foreach (var (otherName, other) in finding.Arguments)
            {
                if (otherName == name && other != text) return false;
            }
        }
        return MayBePath(logged.Path, finding.Path);
    }

    /// <summary>Whether the log tells all of the call that the finding does.</summary>
    public static bool Is(Observation logged, Finding finding) =>
        MayBe(logged, finding) && logged.Path == finding.Path && finding.Arguments.All(argument => logged.Arguments.Any(known => known.Name == argument.Key));

    static bool MayBePath(string? logged, string? recorded) => logged is null || recorded is null || logged == recorded;
}
