using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording;

/// <summary>Every error that taking up a workload which runs already can end in.</summary>
static partial class Failures
{
    const string Scope = "/proc/sys/kernel/yama/ptrace_scope";

    public static Failure NoProcess(int pid) => new(FailureCode.RecordingFailed, $"there is no process {pid}", "--pid", "see `ps -e`; in a container, numbers are as this tool sees them");

    public static Failure IsThread(int tid, int pid) => new(FailureCode.Usage, $"{tid} is a thread of the process {pid}", "--pid", $"give --pid {pid}: all of its threads are recorded");

    public static Failure OwnProcessGiven(int pid) => new(FailureCode.Usage, $"{pid} is this tool itself", "--pid");

    public static Failure KernelThread(int pid) => new(FailureCode.Usage, $"{pid} is a thread of the kernel itself, which makes no system calls", "--pid");

    /// <summary>A thread that ptrace(2) is refused, with what stands in the way as far as the kernel tells.</summary>
    public static Failure NotTraceable(int pid, string said) => new(FailureCode.NoPermission, $"process {pid} cannot be recorded: {said}", $"/proc/{pid}", HowToTrace(pid));

    public static Failure NoNsenter { get; } = new(FailureCode.MissingProgram, "--health enters the running workload by nsenter, which is not installed", "--health", "install it: apt-get install util-linux");

    public static Failure HealthNeedsRoot { get; } = new(FailureCode.NoPermission, "--health in a workload that runs already needs root, as it enters its namespaces", "--health", "run as root (sudo), or leave --health out and give --duration");

    public static Failure NoContainer(string name, string asked) =>
        new(FailureCode.RecordingFailed, $"no engine here has a container '{Cut(name)}'; {asked}", "--container",
            "a rootless container is known to its own user's engine alone: run the tool as that user; or give the process: --pid N");

    public static Failure NotRunning(string name, string found) => new(FailureCode.RecordingFailed, $"the container '{Cut(name)}' does not run: {found}", "--container", "start it, or record it from its start on: --image");

    public static Failure AmbiguousContainer(string name, IEnumerable<string> candidates) =>
        new(FailureCode.Usage, $"'{Cut(name)}' may be one of several containers", string.Join("\n      ", candidates), "give the id of one of them");

    public static Failure NoEngine(string name) =>
        new(FailureCode.MissingProgram, $"no engine can be asked for the container '{Cut(name)}': none of docker, podman, crictl and ctr is on PATH", "--container", "give the process: --pid N");

    static string HowToTrace(int pid)
    {
        if (ProcessStatus.TracerOf(pid) is > 0 and var tracer) return $"process {tracer} traces it already, and there can be one tracer only: end that one, or record by eBPF as root";
        if (ProcessStatus.OwnerOf(pid) is { } owner && Tmds.Linux.LibC.geteuid() != 0 && owner.User != UserNamespace.HostUser) return $"run as root (sudo), or as the user whose process it is ({owner.User})";
        return ScopeOf() switch
        {
            "1" => $"{Scope} is 1, by which a process may be traced by those that started it: run as root (sudo), or `sysctl kernel.yama.ptrace_scope=0`",
            "2" => $"{Scope} is 2, by which root alone may trace: run as root (sudo)",
            "3" => $"{Scope} is 3, by which nobody may trace until the next boot: record by eBPF as root",
            _ => "run as root (sudo); a program that is not dumpable (setuid, or by its own wish) may be traced by root alone, and in a container that needs CAP_SYS_PTRACE",
        };
    }

    static string? ScopeOf()
    {
        try
        {
            return File.ReadAllText(Scope).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
