using System.Collections.Immutable;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Sandbox;
using SyscallProbe.Rehearsal;
using Tmds.Linux;

namespace SyscallProbe.Recording.Engines;

/// <summary>Where a workload's files come from.</summary>
public abstract record WorkloadSource
{
    WorkloadSource() { }

    /// <summary>
    /// The host's own files under a scratch layer: the workload sees them all, its writes succeed and vanish with it. /tmp, /run, /proc, /sys and
    /// /dev are fresh; the working directory, the command's own file and resolv.conf are there all the same when they lie in /tmp or /run.
    /// </summary>
    public sealed record HostRoot : WorkloadSource;

    /// <summary>A folder with a root file system under a scratch layer; its own /tmp and /run, where it has them, are part of it.</summary>
    public sealed record Rootfs(string Directory) : WorkloadSource;

    /// <summary>An OCI bundle, used as it is: no scratch layer, and no option that would change its config.json is accepted.</summary>
    public sealed record OciBundle(string Directory) : WorkloadSource;
}

/// <summary>Which network a workload sees.</summary>
public enum WorkloadNetwork
{
    /// <summary>Its own network namespace with nothing but the loopback interface, up.</summary>
    None,

    /// <summary>The host's network namespace.</summary>
    Host,
}

/// <summary>What to run and how to drive it: everything that the options of <c>check</c>, <c>record</c> and <c>rehearse</c> say about a workload.</summary>
public sealed record WorkloadPlan
{
    public required WorkloadSource Source { get; init; }

    /// <summary>The name of the image that a rootfs was unpacked from; null for none.</summary>
    public string? Image { get; init; }

    /// <summary>The command; empty for a bundle, which has its own.</summary>
    public ImmutableArray<string> Argv { get; init; } = [];

    /// <summary>Variables to set, on top of the tool's own environment for the host's root and of Docker's defaults for a rootfs.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether runtimes are told by variables to make their call stacks readable, behind what else these say. A bundle's are left as they are.</summary>
    public bool ShowsStacks { get; init; }

    /// <summary><c>uid</c>, <c>uid:gid</c> or names of the container's /etc/passwd and /etc/group; null is root.</summary>
    public string? User { get; init; }

    /// <summary>Absolute, as the workload sees it; null keeps the tool's own for the host's root and means <c>/</c> for a rootfs.</summary>
    public string? WorkingDirectory { get; init; }

    public ImmutableArray<BindMount> Mounts { get; init; } = [];

    public WorkloadNetwork Network { get; init; }

    /// <summary>Added to Docker's default set: <c>NET_ADMIN</c>, <c>CAP_NET_ADMIN</c> or <c>ALL</c>.</summary>
    public ImmutableArray<string> AddedCapabilities { get; init; } = [];

    public ImmutableArray<string> DroppedCapabilities { get; init; } = [];

    /// <summary>As Docker's: all capabilities and devices, nothing masked or read-only.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>Null, or why the command runs on the host itself and not in a container: an ordinary user may not make one.</summary>
    public string? WithoutContainer { get; init; }

    /// <summary>A file to read standard input from; null passes the tool's own through.</summary>
    public string? StdinFile { get; init; }

    /// <summary>Runs inside the container every 500 ms until it exits with 0; empty for none. <see cref="CommandWords"/> makes it from an option.</summary>
    public ImmutableArray<string> HealthArgv { get; init; } = [];

    /// <summary>From the start until the workload must be healthy, else it is broken.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to let it run, from healthy where there is a health check, else from the start; null: with a health check not at all longer, else until it ends.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How long after the first signal to stop SIGKILL follows.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether what it writes to standard output goes to the tool's standard error, because the tool's own result takes the former.</summary>
    public bool OutputToError { get; init; }

    /// <summary>
    /// Whether the output is kept. Standard output and error are then pipes that are copied on; else they are the
    /// tool's own, untouched.
    /// </summary>
    public bool CaptureOutput { get; init; }

    /// <summary>With <see cref="CaptureOutput"/>: whether the output is kept and not copied on.</summary>
    public bool IsSilent { get; init; }

    /// <summary>What it is made to feel of a target; null for what the kernel gives.</summary>
    public EnforcementPlan? Enforcement { get; init; }

    /// <summary>The runsc that runs it; null for runc.</summary>
    public RealSandbox? Sandbox { get; init; }

    /// <summary>Holds one folder a run; all of it is ours and is removed with the last run.</summary>
    internal string StateFolder { get; init; } = DefaultStateFolder();

    // An ordinary user's own is his session's, where there is one.
    static string DefaultStateFolder()
    {
        if (LibC.geteuid() == 0 && !UserNamespace.IsInside) return "/run/syscallprobe";
        var session = System.Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return Directory.Exists(session) ? $"{session}/syscallprobe" : $"/tmp/syscallprobe-{UserNamespace.HostUser}";
    }
}
