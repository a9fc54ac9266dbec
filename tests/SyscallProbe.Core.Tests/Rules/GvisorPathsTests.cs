using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class GvisorPathsTests
{
    const string Old = "release-20221219.0", New = "release-20260817.0";

    static Release At(string name) => GvisorReleases.Known.Parse(name);

    [Theory]
    [InlineData("/proc/stat", Old, PathContent.Real)]
    [InlineData("/proc/loadavg", Old, PathContent.Constant)]
    [InlineData("/proc/self/status", Old, PathContent.Real)]
    [InlineData("/proc/1/status", New, PathContent.Real)]
    [InlineData("/proc/[pid]/task/[pid]/comm", New, PathContent.Writable)]
    [InlineData("/proc/self/task/17/children", New, PathContent.Real)]
    [InlineData("/proc/thread-self/status", New, PathContent.Real)]
    [InlineData("/proc/self", New, PathContent.Real)]
    [InlineData("/proc/mounts", New, PathContent.Real)]
    [InlineData("/proc/net/tcp", New, PathContent.Real)]
    [InlineData("/proc/net", New, PathContent.Real)]
    [InlineData("/proc/self/fd/3", New, PathContent.Real)]
    [InlineData("/proc/sys/net/core/somaxconn", New, PathContent.Constant)]
    [InlineData("/proc/sys/net/ipv4/tcp_fastopen_key", New, PathContent.Empty)]
    [InlineData("/proc//sys/./kernel/../kernel/hostname/", New, PathContent.Real)]
    [InlineData("/sys/devices/system/cpu/online", Old, PathContent.Real)]
    [InlineData("/sys/devices/system/cpu/cpu12", New, PathContent.Real)]
    [InlineData("/sys/fs/cgroup/memory/memory.limit_in_bytes", New, PathContent.Writable)]
    [InlineData("/sys/firmware", New, PathContent.Empty)]
    [InlineData("/dev/null", Old, PathContent.Real)]
    [InlineData("/dev/pts/0", New, PathContent.Real)]
    [InlineData("/dev/shm/sem.x", New, PathContent.Writable)]
    [InlineData("/dev/net/tun", New, PathContent.Real)]
    [InlineData("/dev/fd/3", New, PathContent.Real)]
    [InlineData("/dev/kvm", New, PathContent.Dead)]
    public void What_is_there_is_present(string path, string release, PathContent content)
    {
        var answer = GvisorPaths.Known.Find(path, At(release));

        answer.Presence.Should().Be(PathPresence.Present);
        answer.Fact!.Content.Should().Be(content);
    }

    [Theory]
    [InlineData("/proc/self/limits", Old)]
    [InlineData("/proc/self/coredump_filter", Old)]
    [InlineData("/proc/sys/kernel/osrelease", Old)]
    [InlineData("/proc/sys/kernel/pid_max", Old)]
    [InlineData("/proc/sys/vm/swappiness", New)]
    [InlineData("/proc/sys/fs/inotify/max_user_watches", New)]
    [InlineData("/proc/diskstats", New)]
    [InlineData("/proc/self/children", New)] // only below task/
    [InlineData("/proc/self/task/1/task", New)]
    [InlineData("/proc/gvisor/kernel_is_gvisor", New)]
    [InlineData("/sys/kernel/mm/transparent_hugepage/enabled", New)]
    [InlineData("/sys/devices/system/cpu/cpufreq", New)]
    [InlineData("/sys/devices/system/node/node0", New)]
    [InlineData("/sys/class/net/lo", New)]
    [InlineData("/sys/fs/cgroup/cgroup.controllers", New)]
    [InlineData("/sys/fs/cgroup/memory/memory.limit_in_bytes", Old)]
    [InlineData("/dev/kvm", Old)]
    [InlineData("/dev/mqueue/x", New)]
    [InlineData("/dev/console", New)]
    public void What_no_row_names_is_absent(string path, string release) =>
        GvisorPaths.Known.Find(path, At(release)).Presence.Should().Be(PathPresence.Absent);

    [Theory]
    [InlineData("/etc/passwd", New)]
    [InlineData("/", New)]
    [InlineData("/proc/../etc/passwd", New)]
    [InlineData("stat", New)]
    [InlineData("", New)]
    [InlineData("/process", New)]
    [InlineData("/proc/self/cwd/x", New)]
    [InlineData("/proc/self/root/etc", New)]
    [InlineData("/proc/self/fd/3/x", New)]
    [InlineData("/proc/stat", "release-20211019.0")]
    public void What_was_not_studied_or_lies_elsewhere_is_unknown(string path, string release) =>
        GvisorPaths.Known.Find(path, At(release)).Presence.Should().Be(PathPresence.Unknown);

    [Theory]
    [InlineData("/proc/self/limits", "release-20230130.0", "release-20230214.0")]
    [InlineData("/proc/sys/kernel/pid_max", "release-20241104.0", "release-20241118.0")]
    [InlineData("/proc/sys/kernel/osrelease", "release-20260112.0", "release-20260126.0")]
    [InlineData("/proc/sys/kernel/random/uuid", "release-20260608.0", "release-20260615.0")]
    [InlineData("/sys/devices/system/cpu/cpu0/topology/core_cpus", "release-20240807.0", "release-20240820.0")]
    [InlineData("/sys/fs/cgroup/pids/pids.max", "release-20231211.0", "release-20231218.0")]
    public void A_path_comes_with_a_release(string path, string before, string first)
    {
        GvisorPaths.Known.Find(path, At(before)).Presence.Should().Be(PathPresence.Absent);
        GvisorPaths.Known.Find(path, At(first)).Presence.Should().Be(PathPresence.Present);
    }

    [Theory]
    [InlineData("/proc/gvisor/kernel_is_gvisor", "gvisor-marker-file", "true", PathPresence.Present)]
    [InlineData("/dev/net/tun", "network", "host", PathPresence.Absent, true)]
    [InlineData("/sys/fs/cgroup/cgroup.controllers", "mount-cgroup-v2", "true", PathPresence.Present)]
    [InlineData("/sys/fs/cgroup/cpu", "mount-cgroup-v2", "true", PathPresence.Absent)]
    public void A_flag_decides(string path, string flag, string value, PathPresence presence, bool isDevice = false)
    {
        var answer = GvisorPaths.Known.Of(path).At(At(New), new GvisorConfiguration(ImmutableSortedDictionary<string, string>.Empty.Add(flag, value)));

        // Below /dev the specification may name any device, which is then a node without a driver.
        if (isDevice) answer.Fact!.Content.Should().Be(PathContent.Dead);
        else answer.Presence.Should().Be(presence);
    }

    [Fact]
    public void What_an_annotation_decides_is_conditional() =>
        GvisorPaths.Known.Find("/proc/gvisor/checkpoint", At("release-20260622.0")).Presence.Should().Be(PathPresence.Conditional);

    [Fact]
    public void Asking_a_history_allocates_nothing()
    {
        var history = GvisorPaths.Known.Of("/proc/sys/kernel/hostname");
        var releases = GvisorReleases.Known.All;
        _ = history.At(releases[^1]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var release in releases) _ = history.At(release).Presence;

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Theory]
    [InlineData("uname.release", "release-20190304.1", "4.4")]
    [InlineData("uname.release", "release-20260420.0", "4.4.0")]
    [InlineData("uname.release", "release-20260427.0", "4.19.0-gvisor")]
    [InlineData("/proc/version", Old, "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016")]
    [InlineData("/sys/fs/cgroup", Old, "empty")]
    [InlineData("/sys/fs/cgroup", New, "v1")]
    [InlineData("/proc/cmdline", "release-20190304.1", null)]
    [InlineData("uname.nodename", New, null)]
    public void The_sandbox_says_what_it_is(string name, string release, string? value) => GvisorIdentity.ValueOf(name, At(release)).Should().Be(value);

    [Theory]
    [InlineData("openat", "/proc/sys/vm/swappiness", 0x0, "ENOENT", "GV3001")]
    [InlineData("stat", "/sys/class/net", 0, "ENOENT", "GV3002")]
    [InlineData("readlink", "/dev/core", 0, "ENOENT", "GV3003")]
    [InlineData("openat", "/dev/kvm", 2, "ENXIO", "GV3004")]
    public void A_call_on_what_is_not_there_fails(string syscall, string path, ulong flags, string errno, string rule)
    {
        var outcome = Predict(syscall, path, flags, New);

        outcome.Should().Match<Outcome>(found => found.Kind == OutcomeKind.Fails && found.Errno!.Value.Name == errno && found.Rule == rule);
    }

    [Theory]
    [InlineData("/proc/sys/kernel/nothing", Old, "pkg/sentry/fsimpl/proc/tasks_sys.go:filesystem.newSysDir")]
    [InlineData("/proc/sys/kernel/pid_max", Old, "pkg/sentry/fsimpl/proc/tasks_sys.go:filesystem.newSysDir")]
    [InlineData("/proc/self/attr/current", New, "pkg/sentry/fsimpl/proc/task.go:filesystem.newTaskInode")]
    [InlineData("/sys/kernel/mm/ksm", New, "pkg/sentry/fsimpl/sys/sys.go:FilesystemType.GetFilesystem")]
    [InlineData("/dev/kvm", Old, "pkg/sentry/fsimpl/devtmpfs/devtmpfs.go:FilesystemType.GetFilesystem")]
    public void Absence_is_sourced_where_the_folder_is_made(string path, string release, string source) =>
        GvisorPaths.Known.Find(path, At(release)).Source.Should().Be(source);

    [Theory]
    [InlineData("/sys/fs/cgroup/x", Old, OutcomeKind.Fails, "GV3005")]
    [InlineData("/sys/fs/cgroup/x", New, OutcomeKind.Differs, "GV3005")]
    [InlineData("/sys/fs/cgroup/cpu/x", New, OutcomeKind.Works, null)]
    [InlineData("/tmp/x", New, OutcomeKind.Works, null)]
    public void Folders_are_made_among_cgroups_of_the_first_version_only(string path, string release, OutcomeKind kind, string? rule) =>
        Predict("mkdir", path, 0, release).Should().Match<Outcome>(outcome => outcome.Kind == kind && outcome.Rule == rule);

    [Theory]
    [InlineData("/proc/stat", "release-20260615.0", "GV3006")]
    [InlineData("/proc/stat", "release-20260622.0", null)]
    [InlineData("/proc/loadavg", New, "GV3006")]
    public void Statistics_that_are_always_zero_differ(string path, string release, string? rule) => Predict("openat", path, 0, release).Rule.Should().Be(rule);

    [Theory]
    [InlineData("openat", "/proc/stat", 0, New)]
    [InlineData("stat", "/dev/kvm", 0, New)] // the node is there
    [InlineData("openat", "/dev/new", 0x41, New)] // O_CREAT
    [InlineData("mkdir", "/dev/new", 0, New)]
    [InlineData("openat", "/etc/nothing", 0, New)]
    [InlineData("openat", "/proc/sys/vm/swappiness", 0, "release-20211019.0")]
    public void The_path_decides_nothing_otherwise(string syscall, string path, ulong flags, string release) =>
        new[] { "GV3001", "GV3002", "GV3003", "GV3004" }.Should().NotContain(Predict(syscall, path, flags, release).Rule);

    [Fact]
    public void A_call_that_gVisor_lacks_fails_with_its_own_errno() =>
        Predict("openat2", "/proc/nothing", 0, Old).Errno!.Value.Name.Should().Be("ENOSYS");

    [Fact]
    public void A_missed_path_says_which_flag_would_give_it() =>
        Predict("stat", "/proc/gvisor/kernel_is_gvisor", 0, New).Condition.Should().Be("gvisor-marker-file=true");

    static Outcome Predict(string syscall, string path, ulong flags, string release)
    {
        var nr = Syscalls.NrOf(Abi.Amd64, syscall)!.Value;
        var call = new Call { Abi = Abi.Amd64, Nr = nr, Syscall = syscall, Path = path, Capabilities = Capabilities.DockerDefault };
        call.Set(KeyArguments.Of(Abi.Amd64, nr), "flags", flags);
        return new GvisorModel(new Target("gvisor", release, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty)).Predict(call).Single;
    }
}
