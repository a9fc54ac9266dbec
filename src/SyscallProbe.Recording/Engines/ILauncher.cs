using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Engines;

/// <summary>What a workload is started by once it has been made and waits, entered by, and ended by.</summary>
interface ILauncher
{
    /// <summary>Lets it execute its first instruction.</summary>
    void Start();

    /// <summary>Starts a command beside it, with its environment and user.</summary>
    ChildProcess Exec(IReadOnlyList<string> argv, (int In, int Out, int Error) stdio);

    /// <summary>Lets it go on where somebody has paused it: a frozen process takes no notice of SIGKILL (cgroup version 1). Nothing where it is not paused.</summary>
    void Resume();

    /// <summary>Kills what is left of it; no error when there is nothing.</summary>
    void Delete();
}
