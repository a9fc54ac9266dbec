using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("/proc/stat", "/proc/stat", true)]
    [InlineData("/proc/stat", "/proc/status", false)]
    [InlineData("/proc/stat", "/proc/stat/", true)]
    [InlineData("/proc/[pid]/stat", "/proc/self/stat", true)]
    [InlineData("/proc/[pid]/stat", "/proc/17/stat", true)]
    [InlineData("/proc/[pid]/stat", "/proc/[pid]/stat", true)]
    [InlineData("/proc/[pid]/stat", "/proc/sys/stat", false)]
    [InlineData("/proc/[pid]", "/proc/1/stat", false)]
    [InlineData("/dev/pts/*", "/dev/pts/0", true)]
    [InlineData("/dev/pts/*", "/dev/pts", false)]
    [InlineData("/dev/pts/*", "/dev/pts/0/x", false)]
    [InlineData("/dev/nvidia*", "/dev/nvidia0", true)]
    [InlineData("/dev/n*a*", "/dev/nvidia0", true)]
    [InlineData("/dev/n*b", "/dev/nvidia0", false)]
    [InlineData("/x/cpu[n]", "/x/cpu10", true)]
    [InlineData("/x/cpu[n]", "/x/cpu", false)]
    [InlineData("/x/cpu[n]", "/x/cpufreq", false)]
    [InlineData("/x/cpu[n]/y", "/x/cpu0/y", true)]
    [InlineData("/x/[n]", "/x/3", true)]
    [InlineData("/sys/**", "/sys/class/net", true)]
    [InlineData("/sys/**", "/sys", true)]
    [InlineData("/sys/**", "/system", false)]
    [InlineData("/sys/**/size", "/sys/block/a/size", true)]
    [InlineData("/sys/**/size", "/sys/block/a/ro", false)]
    [InlineData("/**", "/", true)]
    [InlineData("", "/x", false)]
    public void Globs_match_whole_paths(string pattern, string path, bool matches) =>
        PathPattern.Matches(pattern, path).Should().Be(matches);
}
