namespace SyscallProbe.Doctor;

/// <summary>How a line of the doctor is meant; the order is from best to worst.</summary>
public enum DoctorStatus
{
    Ok,

    /// <summary>Worth knowing, and no fault.</summary>
    Note,

    /// <summary>Works, and not as well as it could.</summary>
    Warning,

    /// <summary>Could not be told.</summary>
    Unknown,

    /// <summary>Does not work.</summary>
    Broken,
}

/// <summary>What becomes of a runtime's pods here.</summary>
public enum Readiness
{
    /// <summary>Neither installed nor configured, and nobody asked for it.</summary>
    Absent,

    Ready,

    /// <summary>Ready, with warnings.</summary>
    Warnings,

    /// <summary>Nothing is known to be wrong, and something could not be told.</summary>
    Unknown,

    Broken,
}
