using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>Debian's Podman with a storage of its own, in which there is an image of programs of <c>tests/workloads</c>; gone after the test.</summary>
sealed class PodmanStorage : IDisposable
{
    readonly string _folder;

    public PodmanStorage(string folder, string[] programs)
    {
        _folder = folder;
        Directory.CreateDirectory(folder + "/storage");
        var files = Directory.CreateDirectory(folder + "/image").FullName;
        foreach (var name in programs) File.Copy(Workload.Build(name), $"{files}/{name}");
        // For a tool that starts podman by itself.
        File.WriteAllText(folder + "/storage.conf", $"[storage]\ndriver = \"vfs\"\ngraphroot = \"{folder}/storage\"\nrunroot = \"{folder}/run\"\n");
        File.WriteAllText(folder + "/containers.conf", $"[engine]\ntmp_dir = \"{folder}/tmp\"\ncgroup_manager = \"cgroupfs\"\nruntime = \"runc\"\n");
        RuntimeLink.Run("tar", ["-C", files, "-cf", folder + "/image.tar", "."]).Exit.Should().Be(0);
        Ask("import", folder + "/image.tar", "localhost/workload").Exit.Should().Be(0);
    }

    public IReadOnlyList<string> Global => ["--runtime", "runc", "--root", _folder + "/storage", "--runroot", _folder + "/run", "--tmpdir", _folder + "/tmp", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"];

    /// <summary>Leads a podman that is started without <see cref="Global"/> to this storage.</summary>
    public Dictionary<string, string> Environment => new() { ["CONTAINERS_STORAGE_CONF"] = _folder + "/storage.conf", ["CONTAINERS_CONF"] = _folder + "/containers.conf" };

    /// <summary>The arguments of a run: limits that every host grants; no network, which needs packages of its own.</summary>
    public string[] Run(params string[] more) => [.. Global, "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", .. more];

    public (int Exit, string Output, string Error) Ask(params string[] arguments) => RuntimeLink.Run("podman", [.. Global, .. arguments]);

    /// <summary>The process id of a container's init, once it runs.</summary>
    public int PidOf(string name)
    {
        var pid = 0;
        SpinWait.SpinUntil(() => int.TryParse(Ask("inspect", "--format", "{{.State.Pid}}", name).Output, out pid) && pid > 0, TimeSpan.FromSeconds(60)).Should().BeTrue();
        return pid;
    }

    public void Dispose()
    {
        Ask("rm", "--all", "--force", "--time", "0");
        Ask("rmi", "--all", "--force");
    }
}
