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
        var answer = GvisorPaths.Known.Of(path).At(At(New), name => name == flag ? value : GvisorFlags.DefaultOf(name, At(New)));

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
}
