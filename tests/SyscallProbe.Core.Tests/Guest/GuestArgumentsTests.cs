using SyscallProbe.Guest;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Guest;

public sealed class GuestArgumentsTests
{
    static Prediction Predict(string target, string query) => new KataModel(TargetParser.Parse(target), Abi.Amd64).Predict(CallQuery.Parse(query, Abi.Amd64).Call);

    [Theory]
    [InlineData("kata@4.1.0", "socket,family=AF_KEY", "EAFNOSUPPORT", "family=AF_KEY: needs CONFIG_NET_KEY")]
    [InlineData("kata@3.20.0", "socket,family=AF_CAN,type=SOCK_RAW,protocol=1", "EAFNOSUPPORT", "family=AF_CAN: needs CONFIG_CAN")]
    [InlineData("kata@3.20.0", "unshare,flags=CLONE_NEWTIME", "EINVAL", "unshare_flags&CLONE_NEWTIME: needs CONFIG_TIME_NS")]
    [InlineData("kata@2.0.0", "clone3,flags=CLONE_INTO_CGROUP", "EINVAL", "flags&CLONE_INTO_CGROUP: since v5.7; the guest has v5.4")]
    [InlineData("kata@2.2.0", "madvise,advice=MADV_POPULATE_WRITE", "EINVAL", "behavior=MADV_POPULATE_WRITE: since v5.14; the guest has v5.10")]
    [InlineData("kata@4.1.0", "mount,type=nfs", "ENODEV", "type=nfs !flags&MS_REMOUNT|MS_BIND|MS_MOVE|MS_UNBINDABLE|MS_PRIVATE|MS_SLAVE|MS_SHARED: needs CONFIG_NFS_FS")]
    [InlineData("kata@4.1.0", "fsopen,fsname=nfs4", "ENODEV", "_fs_name=nfs4: needs CONFIG_NFS_FS")]
    [InlineData("kata@3.2.0", "prctl,option=PR_SET_MDWE", "EINVAL", "option=PR_SET_MDWE: since v6.3; the guest has v6.1")]
    [InlineData("kata@2.0.0", "io_uring_enter,opcode=IORING_OP_READ", "EINVAL", "opcode=IORING_OP_FALLOCATE..IORING_OP_EPOLL_CTL: since v5.6; the guest has v5.4")]
    public void An_argument_that_the_guest_does_not_have_fails_with_its_errno(string target, string query, string errno, string effect)
    {
        var outcome = Predict(target, query).Single;

        outcome.Should().BeEquivalentTo(new { Kind = OutcomeKind.Fails, Rule = "KT0004", Effect = effect });
        outcome.Errno!.Value.Name.Should().Be(errno);
    }

    [Theory]
    [InlineData("kata@2.0.0", "socket,family=AF_INET6,type=SOCK_STREAM,protocol=0")]
    [InlineData("kata@4.1.0", "socket,family=AF_NETLINK,type=SOCK_RAW,protocol=NETLINK_ROUTE")]
    [InlineData("kata@4.1.0", "unshare,flags=CLONE_NEWUSER|CLONE_NEWNET")]
    [InlineData("kata@4.1.0", "madvise,advice=MADV_DONTNEED")]
    [InlineData("kata@4.1.0", "mount,type=ext4")]
    [InlineData("kata@4.1.0", "mount,type=tmpfs")]
    [InlineData("kata@4.1.0", "mount,type=none,flags=MS_BIND")]
    [InlineData("kata@4.1.0", "add_key,type=user")]
    [InlineData("kata@2.0.0", "io_uring_enter,opcode=IORING_OP_READV")]
    [InlineData("kata@2.0.0", "io_uring_enter,to_submit=1,flags=IORING_ENTER_GETEVENTS")]
    [InlineData("kata@4.1.0", "io_uring_enter,opcode=IORING_OP_PIPE")]
    public void An_argument_that_the_guest_has_works(string target, string query) => Predict(target, query).Single.Kind.Should().Be(OutcomeKind.Works);

    [Fact]
    public void An_argument_that_is_not_known_leaves_the_outcome_open()
    {
        var prediction = Predict("kata@4.1.0", "socket");

        prediction.Possible.Should().Contain(outcome => outcome.Kind == OutcomeKind.Works).And.Contain(outcome => outcome.Kind == OutcomeKind.Fails);
        prediction.Single.Kind.Should().Be(OutcomeKind.Unknown);
    }

    [Theory]
    [InlineData("mount,type=zfs", "hangs on a module that is not of Linux")]
    [InlineData("mount,type=f2fs", "hangs on an option that has not been imported")]
    [InlineData("add_key,type=no-such", "hangs on a module that registers the type")]
    public void A_type_that_the_guest_may_not_have_is_unknown(string query, string why) =>
        Predict("kata@4.1.0", query).Single.Should().Match<Outcome>(outcome => outcome.Kind == OutcomeKind.Unknown && outcome.Effect!.Contains(why));

    [Theory]
    [InlineData("/sys/kernel/mm/transparent_hugepage/enabled", "needs CONFIG_TRANSPARENT_HUGEPAGE")]
    [InlineData("/proc/self/ns/time", "needs CONFIG_TIME_NS")]
    [InlineData("/proc/modules", "needs CONFIG_MODULES")]
    public void A_file_that_the_guests_kernel_does_not_make_is_not_there(string path, string effect) =>
        Predict("kata@4.1.0", $"openat,path={path}").Single.Should().BeEquivalentTo(new { Kind = OutcomeKind.Fails, Errno = (Errno?)Errno.ENOENT, Rule = "KT0005", Effect = effect });

    [Theory]
    [InlineData("/proc/self/status")]
    [InlineData("/proc/self/ns/net")]
    [InlineData("/sys/devices/system/node/online")]
    [InlineData("/etc/passwd")]
    public void A_file_that_it_makes_works(string path) => Predict("kata@4.1.0", $"openat,path={path}").Single.Kind.Should().Be(OutcomeKind.Works);

    [Fact]
    public void A_call_that_is_missing_as_a_whole_is_not_asked_for_its_arguments() =>
        Predict("kata@2.0.0", "landlock_create_ruleset").Single.Rule.Should().Be("KT0001");
}
