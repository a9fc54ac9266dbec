namespace SyscallProbe.Recording;

/// <summary>How much room a recorder has. What does not fit is counted as lost or said in a reason, never dropped unseen.</summary>
public record RecorderLimits
{
    /// <summary>Distinct kinds of call (number, key arguments, result, phase, executable).</summary>
    public int MaxKinds { get; init; } = 16384;

    /// <summary>Distinct kinds of call with a path.</summary>
    public int MaxPaths { get; init; } = 16384;

    /// <summary>Distinct paths of executables.</summary>
    public int MaxExecutables { get; init; } = 4096;
}
