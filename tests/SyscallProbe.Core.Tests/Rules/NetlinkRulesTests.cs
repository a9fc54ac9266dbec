using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

/// <summary>Rules on netlink and control messages. Those of release-20221219.0 are what its runsc did, the refusals in the answer to the message.</summary>
public sealed class NetlinkRulesTests
{
    const string Route = "sendto,family=AF_NETLINK,netlink=NETLINK_ROUTE";

    static string Ask(string target, string query)
    {
        var outcome = new GvisorModel(TargetParser.Parse("gvisor@release-" + target)).Predict(CallQuery.Parse(query, Abi.Amd64).Call).Single;
        return $"{outcome.Kind}{(outcome.Errno is { } errno ? " " + errno.Name : "")}";
    }

    [Theory]
    [InlineData("RTM_GETLINK", "NLM_F_REQUEST|NLM_F_DUMP", "Works")]
    [InlineData("RTM_GETADDR", "NLM_F_REQUEST|NLM_F_DUMP", "Works")]
    [InlineData("RTM_GETROUTE", "NLM_F_REQUEST|NLM_F_DUMP", "Works")]
    [InlineData("RTM_GETRULE", "NLM_F_REQUEST|NLM_F_DUMP", "Differs EOPNOTSUPP")]
    [InlineData("RTM_GETNEIGH", "NLM_F_REQUEST|NLM_F_DUMP", "Differs EOPNOTSUPP")]
    [InlineData("RTM_GETQDISC", "NLM_F_REQUEST|NLM_F_DUMP", "Differs EOPNOTSUPP")]
    [InlineData("RTM_GETNETCONF", "NLM_F_REQUEST|NLM_F_DUMP", "Differs EOPNOTSUPP")]
    [InlineData("RTM_GETNSID", "NLM_F_REQUEST", "Differs EOPNOTSUPP")]
    [InlineData("RTM_GETLINK", "NLM_F_REQUEST", "Works")]
    [InlineData("RTM_GETROUTE", "NLM_F_REQUEST", "Works")]
    [InlineData("RTM_GETROUTE", "NLM_F_REQUEST|NLM_F_ACK", "Differs EOPNOTSUPP")]
    [InlineData("RTM_GETADDR", "NLM_F_REQUEST", "Works")]
    [InlineData("RTM_NEWADDR", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE|NLM_F_EXCL", "Differs")]
    [InlineData("RTM_DELADDR", "NLM_F_REQUEST|NLM_F_ACK", "Differs")]
    [InlineData("RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK", "Differs EOPNOTSUPP")]
    [InlineData("RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs EOPNOTSUPP")]
    [InlineData("RTM_SETLINK", "NLM_F_REQUEST|NLM_F_ACK", "Differs EOPNOTSUPP")]
    [InlineData("RTM_DELLINK", "NLM_F_REQUEST|NLM_F_ACK", "Works")]
    [InlineData("RTM_NEWROUTE", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs EOPNOTSUPP")]
    [InlineData("RTM_NEWQDISC", "NLM_F_REQUEST|NLM_F_ACK", "Differs EOPNOTSUPP")]
    [InlineData("NLMSG_NOOP", "NLM_F_REQUEST", "Works")]
    public void A_request_of_a_routing_socket_is_answered_or_refused(string type, string flags, string expected)
    {
        var message = $"nlmsg_type={type},nlmsg_flags={flags},cap=+NET_ADMIN";

        Ask("20221219.0", $"{Route},{message}").Should().Be(expected);
        Ask("20221219.0", $"sendmsg,family=AF_NETLINK,netlink=NETLINK_ROUTE,{message}").Should().Be(expected);
        Ask("20221219.0", $"sendmmsg,family=AF_NETLINK,netlink=NETLINK_ROUTE,{message}").Should().Be(expected);
    }

    [Theory]
    [InlineData("20190722.1", "RTM_GETROUTE", "NLM_F_REQUEST|NLM_F_DUMP", "Fails EOPNOTSUPP")]
    [InlineData("20190806.1", "RTM_GETROUTE", "NLM_F_REQUEST|NLM_F_DUMP", "Works")]
    [InlineData("20190806.1", "RTM_GETRULE", "NLM_F_REQUEST|NLM_F_DUMP", "Fails EOPNOTSUPP")]
    [InlineData("20191104.0", "RTM_GETRULE", "NLM_F_REQUEST|NLM_F_DUMP", "Differs EOPNOTSUPP")]
    [InlineData("20190806.1", "RTM_GETLINK", "NLM_F_REQUEST|NLM_F_DUMP|NLM_F_ACK", "Fails EOPNOTSUPP")]
    [InlineData("20200127.0", "RTM_GETLINK", "NLM_F_REQUEST|NLM_F_DUMP|NLM_F_ACK", "Differs EOPNOTSUPP")]
    [InlineData("20200211.0", "RTM_GETLINK", "NLM_F_REQUEST|NLM_F_DUMP|NLM_F_ACK", "Works")]
    [InlineData("20231023.0", "RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK", "Differs EOPNOTSUPP")]
    [InlineData("20231030.0", "RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK", "Unknown")]
    [InlineData("20240715.0", "RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK", "Differs")]
    [InlineData("20240610.0", "RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Unknown")]
    [InlineData("20240610.0,network=host", "RTM_NEWLINK", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs EOPNOTSUPP")]
    [InlineData("20240610.0", "RTM_SETLINK", "NLM_F_REQUEST|NLM_F_ACK", "Ignored")]
    [InlineData("20240624.0", "RTM_NEWROUTE", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs EOPNOTSUPP")]
    [InlineData("20240715.0", "RTM_NEWROUTE", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs")]
    [InlineData("20240715.0,network=host", "RTM_NEWROUTE", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs EOPNOTSUPP")]
    [InlineData("20230327.0,network=host", "RTM_NEWADDR", "NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE", "Differs EINVAL")]
    [InlineData("20260817.0", "RTM_GETRULE", "NLM_F_REQUEST|NLM_F_DUMP", "Differs EOPNOTSUPP")]
    [InlineData("20260817.0", "RTM_GETROUTE", "NLM_F_REQUEST|NLM_F_ACK", "Works")]
    public void Requests_come_with_releases(string target, string type, string flags, string expected) =>
        Ask(target, $"{Route},nlmsg_type={type},nlmsg_flags={flags},cap=+NET_ADMIN").Should().Be(expected);

    [Theory]
    [InlineData("20190806.1", "Fails EACCES")]
    [InlineData("20221219.0", "Works")]
    [InlineData("20260817.0", "Works")]
    public void Without_the_capability_a_change_is_refused_as_on_Linux(string target, string expected) =>
        Ask(target, $"{Route},nlmsg_type=RTM_NEWADDR,nlmsg_flags=NLM_F_REQUEST").Should().Be(expected);

    [Theory]
    [InlineData("20221219.0", "bind,sa_family=AF_NETLINK,nl_groups=0", "Works")]
    [InlineData("20221219.0", "bind,sa_family=AF_NETLINK,nl_groups=RTMGRP_LINK", "Fails EACCES")]
    [InlineData("20251201.0", "bind,sa_family=AF_NETLINK,nl_groups=RTMGRP_LINK", "Works")]
    [InlineData("20251201.0", "bind,sa_family=AF_NETLINK,nl_groups=RTMGRP_LINK|RTMGRP_IPV4_IFADDR", "Fails EOPNOTSUPP")]
    [InlineData("20251201.0", "bind,sa_family=AF_NETLINK,nl_groups=1,netlink=NETLINK_KOBJECT_UEVENT", "Fails EOPNOTSUPP")]
    [InlineData("20251201.0,network=host", "bind,sa_family=AF_NETLINK,nl_groups=RTMGRP_LINK", "Fails EOPNOTSUPP")]
    [InlineData("20260817.0", "connect,sa_family=AF_NETLINK,nl_groups=1", "Fails EACCES")]
    [InlineData("20260817.0", "connect,sa_family=AF_NETLINK,nl_groups=0", "Works")]
    [InlineData("20260817.0", "connect,sa_family=AF_INET6", "Works")]
    public void Groups_are_joined_by_routing_sockets_alone(string target, string query, string expected) => Ask(target, query).Should().Be(expected);

    [Theory]
    [InlineData("20221219.0", "SCM_RIGHTS", "Works")]
    [InlineData("20221219.0", "IP_TTL", "Works")]
    [InlineData("20221219.0", "IPV6_HOPLIMIT", "Works")]
    [InlineData("20220214.0", "IPV6_HOPLIMIT", "Fails EINVAL")]
    [InlineData("20191114.0", "IP_TOS", "Fails EINVAL")]
    [InlineData("20221219.0", "IP_TOS", "Ignored")]
    [InlineData("20221219.0", "IP_PKTINFO", "Ignored")]
    [InlineData("20221219.0", "UDP_SEGMENT", "Fails EINVAL")]
    [InlineData("20221219.0", "SO_MARK", "Fails EINVAL")]
    [InlineData("20221219.0", "SO_TIMESTAMPING", "Fails EINVAL")]
    [InlineData("20221219.0", "IPV6_DONTFRAG", "Fails EINVAL")]
    [InlineData("20260817.0", "UDP_SEGMENT", "Fails EINVAL")]
    [InlineData("20260817.0", "0", "Works")]
    public void A_control_message_is_known_or_refused(string target, string message, string expected)
    {
        Ask(target, $"sendmsg,family=AF_INET,cmsg={message}").Should().Be(expected);
        Ask(target, $"sendmmsg,family=AF_INET,cmsg={message}").Should().Be(expected);
    }

    [Theory]
    [InlineData("sendto")]
    [InlineData("sendmsg,flags=MSG_NOSIGNAL")]
    [InlineData("sendmmsg,family=AF_UNIX")]
    public void A_query_that_names_no_socket_is_about_an_ordinary_one(string query) => Ask("20260817.0", query).Should().Be("Works");
}
