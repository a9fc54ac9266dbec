namespace SyscallProbe;

/// <summary>Says which kind of thing went wrong; the command line maps it to an exit code.</summary>
public enum FailureCode
{
    /// <summary>The command line, environment or settings file asks for something that does not exist.</summary>
    Usage,

    /// <summary>A target's runtime or release is not known (exit code 5).</summary>
    UnknownTarget,

    /// <summary>A trace, report, CSV or source file does not have the expected form.</summary>
    BadInput,

    /// <summary>Root, a capability or a kernel feature is missing.</summary>
    NoPermission,

    /// <summary>A program that must be installed is not.</summary>
    MissingProgram,

    /// <summary>The workload could not be started or recorded.</summary>
    RecordingFailed,
}

/// <summary>What is wrong, where, and what to do: one error as a user reads it.</summary>
/// <param name="Code">The kind, for the exit code.</param>
/// <param name="What">What is wrong and what was expected: lower case, one sentence, no full stop.</param>
/// <param name="Where">The option, or file and line with the offending text; null when there is no place.</param>
/// <param name="Fix">What to type, install or change; null when nothing can be advised.</param>
public sealed record Failure(FailureCode Code, string What, string? Where = null, string? Fix = null)
{
    /// <summary>Places of several errors for <see cref="Where"/>, one a line; those behind the twentieth are counted.</summary>
    internal static string Places(IReadOnlyCollection<string> places) =>
        string.Join("\n      ", places.Take(20)) + (places.Count > 20 ? $"\n      and {places.Count - 20} more" : "");

    /// <summary>The text as printed: <c>What</c>, then indented lines <c>at</c> and <c>fix</c> where present.</summary>
    public override string ToString() =>
        What + (Where is null ? "" : $"\n  at  {Where}") + (Fix is null ? "" : $"\n  fix {Fix}");
}

/// <summary>Carries a <see cref="SyscallProbe.Failure"/> up to the command line, which prints it.</summary>
public sealed class FailureException(Failure failure, Exception? inner = null) : Exception(failure.ToString(), inner)
{
    public Failure Failure { get; } = failure;
}
