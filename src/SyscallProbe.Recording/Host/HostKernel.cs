namespace SyscallProbe.Recording.Host;

/// <summary>The kernel that this process runs on.</summary>
public static class HostKernel
{
    /// <summary>As <c>uname -r</c> has it; null where /proc does not tell.</summary>
    public static string? Release => File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim() : null;
}
