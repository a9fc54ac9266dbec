using System.Collections.Immutable;
using SyscallProbe.Recording.Engines;

namespace SyscallProbe.Recording.Bundle;

/// <summary>What has been worked out for a container besides what its plan says.</summary>
/// <param name="RootPath">The scratch layer's root, with everything but the mounts of the specification in place.</param>
/// <param name="FreshFolders">Folders that get an empty tmpfs: /tmp, /run.</param>
/// <param name="KeptMounts">What shows through in a fresh folder.</param>
sealed record SpecInput(
    string RootPath, string CgroupsPath, string Hostname, string WorkingDirectory, OciUser User, IReadOnlyList<string> Environment,
    IReadOnlyList<string> FreshFolders, IReadOnlyList<OciMount> KeptMounts, HostFacts Host);

/// <summary>Makes the config.json of a container: Docker's defaults, no seccomp profile, and what the plan changes. Pure.</summary>
static class SpecBuilder
{
    public static OciSpec Build(WorkloadPlan plan, SpecInput input)
    {
        var capabilities = ContainerCapabilities.Of(plan.AddedCapabilities, plan.DroppedCapabilities, plan.IsPrivileged, input.Host.Capabilities);
        return new OciSpec
        {
            Process = new OciProcess
            {
                User = input.User,
                Args = plan.Argv,
                Env = input.Environment,
                Cwd = input.WorkingDirectory,
                // As an execve leaves them: who is not root has nothing but the bounding set (moby/moby, oci.SetCapabilities).
                Capabilities = input.User.Uid == 0
                    ? new OciCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities }
                    : new OciCapabilities { Bounding = capabilities },
                Rlimits = [DockerDefaults.OpenFiles(input.Host.MostOpenFiles)],
            },
            Root = new OciRoot(input.RootPath),
            Hostname = input.Hostname,
            Mounts = [.. MountsOf(plan, input)],
            Linux = new OciLinux
            {
                Sysctl = plan.Network == WorkloadNetwork.None && input.Host.Sysctls.Count > 0 && !input.Host.IsInUserNamespace ? input.Host.Sysctls : null,
                Namespaces = [.. NamespacesOf(plan, input.Host)],
                Devices = plan.IsPrivileged ? input.Host.Devices : null,
                // runc itself allows the default devices and mknod of any; reading and writing others is what this denies.
                Resources = input.Host.IsInUserNamespace ? null : new OciResources([new OciDeviceRule(plan.IsPrivileged, "rwm")]),
                CgroupsPath = input.Host.IsInUserNamespace ? null : input.CgroupsPath,
                MaskedPaths = plan.IsPrivileged ? null : DockerDefaults.MaskedPaths,
                ReadonlyPaths = plan.IsPrivileged ? null : DockerDefaults.ReadonlyPaths,
            },
        };
    }

    static IEnumerable<OciNamespace> NamespacesOf(WorkloadPlan plan, HostFacts host)
    {
        foreach (var type in (string[])["pid", "ipc", "uts", "mount"]) yield return new OciNamespace(type);
        if (host.HasCgroupNamespace) yield return new OciNamespace("cgroup");
        if (plan.Network == WorkloadNetwork.None) yield return new OciNamespace("network");
    }

    static IEnumerable<OciMount> MountsOf(WorkloadPlan plan, SpecInput input)
    {
        var access = plan.IsPrivileged ? "rw" : "ro";
        yield return new OciMount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]);
        yield return new OciMount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]);
        yield return new OciMount("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", .. input.Host.IsInUserNamespace ? (string[])[] : ["gid=5"]]);
        yield return new OciMount("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]);
        if (input.Host.FileSystems.Contains("mqueue")) yield return new OciMount("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]);
        // Who has no network namespace of its own may not mount one, but show the host's.
        yield return input.Host.IsInUserNamespace && plan.Network == WorkloadNetwork.Host
            ? new OciMount("/sys", "none", "/sys", ["rbind", "nosuid", "noexec", "nodev", "ro"])
            : new OciMount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", access]);
        if (!input.Host.IsInUserNamespace) yield return new OciMount("/sys/fs/cgroup", "cgroup", "cgroup", [access, "nosuid", "noexec", "nodev"]);
        foreach (var folder in input.FreshFolders)
        {
            yield return new OciMount(folder, "tmpfs", "tmpfs", ["nosuid", "nodev", folder == "/run" ? "mode=755" : "mode=1777"]);
        }
        foreach (var kept in input.KeptMounts) yield return kept;
        foreach (var mount in plan.Mounts)
        {
            yield return new OciMount(mount.Destination, "bind", mount.Source, ["rbind", "rprivate", mount.IsReadOnly ? "ro" : "rw"]);
        }
    }
}
