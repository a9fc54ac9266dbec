using System.Collections.Immutable;

namespace SyscallProbe.Recording.Bundle;

/// <summary>What Docker gives a container when nothing else is asked for: moby/moby at 23f2c12, daemon/pkg/oci/defaults.go.</summary>
/// <remarks>The capabilities are in <see cref="Capabilities.DockerDefault"/>.</remarks>
static class DockerDefaults
{
    public static readonly ImmutableArray<string> MaskedPaths =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    public static readonly ImmutableArray<string> ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public const string Path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>systemd's default for services, which Docker leaves as it is since moby/moby pull request 45534.</summary>
    /// <param name="highest">Our own hard limit, above which a limit can be set only with CAP_SYS_RESOURCE.</param>
    public static OciRlimit OpenFiles(ulong highest) => new("RLIMIT_NOFILE", Math.Min(1024, highest), Math.Min(524288, highest));

    /// <summary>For a private network namespace: daemon/oci_linux.go, WithSysctls; each only where the kernel has it.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Sysctls = new Dictionary<string, string>
    {
        ["net.ipv4.ip_unprivileged_port_start"] = "0",
        ["net.ipv4.ping_group_range"] = "0 2147483647",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
