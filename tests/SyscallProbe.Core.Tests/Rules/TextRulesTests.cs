using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

/// <summary>Rules on texts: mounts and extended attributes. Those of release-20221219.0 are what its runsc did with a root of the gofer, CAP_SYS_ADMIN and no options.</summary>
public sealed class TextRulesTests
{
    static Prediction Ask(string target, string query) => new GvisorModel(TargetParser.Parse(target)).Predict(CallQuery.Parse(query, Abi.Amd64).Call);

    static string Text(Outcome outcome) => $"{outcome.Kind}{(outcome.Errno is { } errno ? " " + errno.Name : "")}";

    [Theory]
    [InlineData("tmpfs", "Works")]
    [InlineData("proc", "Works")]
    [InlineData("sysfs", "Works")]
    [InlineData("mqueue", "Works")]
    [InlineData("devtmpfs", "Works")]
    [InlineData("cgroup", "Differs")]
    [InlineData("cgroup2", "Fails ENODEV")]
    [InlineData("devpts", "Fails ENODEV")]
    [InlineData("ext4", "Fails ENODEV")]
    [InlineData("debugfs", "Fails ENODEV")]
    [InlineData("ramfs", "Fails ENODEV")]
    [InlineData("9p", "Fails ENODEV")]
    [InlineData("no-such-type", "Fails ENODEV")]
    [InlineData("", "Fails ENODEV")]
    [InlineData("NULL", "Fails EFAULT")]
    public void A_type_of_file_system_is_mounted_or_not(string type, string expected)
    {
        Text(Ask("gvisor@release-20221219.0", $"mount,type={type},cap=+SYS_ADMIN").Single).Should().Be(expected);
        Text(Ask("gvisor@release-20221219.0", $"mount,type={type}").Single).Should().Be("Fails EPERM");
    }

    [Theory]
    [InlineData("20211019.0", "mount,type=devpts", "Fails EPERM")] // not for users, with the first file systems
    [InlineData("20211019.0", "mount,type=cgroup", "Fails ENODEV")]
    [InlineData("20211019.0", "mount,type=tmpfs", "Works")]
    [InlineData("20211019.0", "mount,type=NULL,flags=MS_BIND", "Fails EFAULT")]
    [InlineData("20221017.0", "mount,type=NULL,flags=MS_BIND", "Fails EFAULT")]
    [InlineData("20221219.0", "mount,type=NULL,flags=MS_BIND", "Works")]
    [InlineData("20231023.0", "mount,type=devpts", "Fails ENODEV")]
    [InlineData("20231030.0", "mount,type=devpts", "Works")]
    [InlineData("20231030.0", "mount,type=devtmpfs", "Works")]
    [InlineData("20231106.0", "mount,type=devtmpfs", "Fails ENODEV")]
    [InlineData("20231211.0", "mount,type=devtmpfs", "Works")]
    [InlineData("20221205.0", "mount,type=fuse", "Fails EINVAL")]
    [InlineData("20221219.0", "mount,type=fuse.sshfs", "Works")]
    [InlineData("20260817.0", "mount,type=cgroup2", "Fails ENODEV")]
    [InlineData("20260817.0,mount-cgroup-v2=true", "mount,type=cgroup2", "Works")]
    [InlineData("20260817.0", "fsopen,fsname=ext4", "Differs")]
    [InlineData("20260817.0", "fsopen,fsname=tmpfs", "Works")]
    [InlineData("20260817.0", "mount,type=tmpfs,flags=MS_UNBINDABLE", "Fails EINVAL")]
    public void Types_come_and_go_with_releases_and_flags(string target, string query, string expected) =>
        Text(Ask("gvisor@release-" + target, query + ",cap=+SYS_ADMIN").Single).Should().Be(expected);

    [Theory]
    [InlineData("user.a", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("trusted.a", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("security.capability", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("security.selinux", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("system.posix_acl_access", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("system.x", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("none", "", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("", "", "Fails ERANGE", "Fails ERANGE")]
    [InlineData("user.a", "/proc/self/status", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("", "/proc/self/status", "Fails ERANGE", "Fails ERANGE")]
    [InlineData("trusted.a", "/sys", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("user.a", "/dev/shm/a", "Works", "Works")]
    [InlineData("trusted.a", "/dev/shm/a", "Works", "Works")]
    [InlineData("security.ima", "/dev/shm/a", "Fails EOPNOTSUPP", "Fails EOPNOTSUPP")]
    [InlineData("user.a", "/dev/null", "Fails ENODATA", "Fails EPERM")]
    [InlineData("trusted.a", "/dev/null", "Works", "Works")]
    public void A_name_space_is_kept_or_refused(string name, string path, string read, string write)
    {
        var where = path.Length == 0 ? "" : $",path={path}";
        foreach (var syscall in new[] { "getxattr", "lgetxattr", "fgetxattr" })
            Text(Ask("gvisor@release-20221219.0", $"{syscall},name={name},cap=+SYS_ADMIN{where}").Single).Should().Be(read, syscall);
        foreach (var syscall in new[] { "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr" })
            Text(Ask("gvisor@release-20221219.0", $"{syscall},name={name},cap=+SYS_ADMIN{where}").Single).Should().Be(write, syscall);
    }

    [Theory]
    [InlineData("20211019.0", "getxattr,name=user.a", "Fails EOPNOTSUPP")]
    [InlineData("20211019.0", "listxattr", "Fails EOPNOTSUPP")]
    [InlineData("20221219.0", "listxattr", "Works")]
    [InlineData("20221219.0,overlay=true", "setxattr,name=user.a", "Differs")]
    [InlineData("20230313.0", "setxattr,name=user.a", "Differs")]
    [InlineData("20230313.0,overlay2=none", "setxattr,name=user.a", "Fails EOPNOTSUPP")]
    [InlineData("20230313.0", "setxattr,name=trusted.a", "Fails EPERM")]
    [InlineData("20230313.0", "getxattr,name=trusted.a", "Fails ENODATA")]
    [InlineData("20230313.0", "setxattr,name=trusted.overlay.opaque,cap=+SYS_ADMIN", "Fails EOPNOTSUPP")]
    [InlineData("20230904.0", "getxattr,name=security.capability", "Fails EOPNOTSUPP")]
    [InlineData("20230911.0", "getxattr,name=security.capability", "Fails ENODATA")]
    [InlineData("20240311.0", "getxattr,name=security.capability", "Differs")]
    [InlineData("20260427.0", "getxattr,name=security.capability", "Works")]
    [InlineData("20250505.0", "setxattr,name=security.capability", "Fails EOPNOTSUPP")]
    [InlineData("20250512.0", "setxattr,name=security.capability", "Differs")]
    [InlineData("20250512.0", "setxattr,name=security.selinux", "Fails EOPNOTSUPP")]
    [InlineData("20260520.0", "setxattr,name=user.a", "Works")]
    [InlineData("20260721.0", "getxattr,name=system.posix_acl_access", "Fails EOPNOTSUPP")]
    [InlineData("20260817.0", "getxattr,name=system.posix_acl_access", "Unknown")]
    [InlineData("20260817.0", "getxattr,name=system.x", "Fails EOPNOTSUPP")]
    public void Attributes_change_with_releases_and_flags(string target, string query, string expected) =>
        Text(Ask("gvisor@release-" + target, query).Single).Should().Be(expected);

    [Fact]
    public void A_name_that_is_not_given_leaves_the_outcome_open() =>
        Ask("gvisor@release-20230313.0", "setxattr").Possible.Select(Text).Distinct().Should().Contain(["Differs", "Fails EOPNOTSUPP", "Fails EPERM", "Fails ERANGE"]);
}
