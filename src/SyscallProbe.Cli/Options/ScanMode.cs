namespace SyscallProbe.Cli.Options;

/// <summary>What the scan of the workload's files is for.</summary>
enum ScanMode
{
    /// <summary>No scan.</summary>
    None,

    /// <summary>What the code could call is listed and decides nothing.</summary>
    List,

    /// <summary>It is listed, and where a target refuses it no verdict is positive.</summary>
    Grade,
}
