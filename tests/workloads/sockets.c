// What is behind the socket of a call, and what is sent to it: netlink messages and control messages.
#include "workload.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/socket.h>
#include <linux/time_types.h>

struct vector {
    void *base;
    size_t length;
};

struct message {
    void *name;
    int name_length;
    struct vector *parts;
    size_t part_count;
    void *control;
    size_t control_length;
    int flags;
};

struct two_messages {
    struct message first;
    unsigned sent;
    struct message second;
    unsigned sent_too;
};

struct request {
    struct nlmsghdr header;
    struct rtgenmsg body;
};

static struct request request_of(unsigned short type, unsigned short flags)
{
    struct request request = {{sizeof request, type, flags, 1, 0}, {0}};
    return request;
}

// A control message of level and type, with room for an int.
struct control {
    size_t length;
    int level, type;
    int value, rest;
};

static void run(int argc, char **argv)
{
    long route = CALL3(__NR_socket, 16, 3, 0), links_seen = CALL3(__NR_socket, 16, 3, 0), uevent = CALL3(__NR_socket, 16, 3, 15), raw = CALL3(__NR_socket, 16, 2, 2);
    expect("socket", "family=16,type=3,protocol=0", "success", 2, 0);
    expect("socket", "family=16,type=3,protocol=15", "success", 1, 0);
    expect("socket", "family=16,type=2,protocol=2", "success", 1, 0);
    require(route > 0 && links_seen > 0 && uevent > 0 && raw > 0);

    struct sockaddr_nl address = {16, 0, 0, 0};
    require(CALL3(__NR_bind, route, &address, sizeof address) == 0);
    expect("bind", "netlink=0,sa_family=16,nl_groups=0", "success", 1, 0);
    address.nl_groups = 1;
    require(CALL3(__NR_bind, links_seen, &address, sizeof address) == 0);
    expect("bind", "netlink=0,sa_family=16,nl_groups=1", "success", 1, 0);
    require(CALL3(__NR_bind, uevent, &address, sizeof address) == 0);
    expect("bind", "netlink=15,sa_family=16,nl_groups=1", "success", 1, 0);
    CALL3(__NR_bind, route, 8, sizeof address);
    expect("bind", "netlink=0", "EFAULT", 1, 0);
    CALL3(__NR_bind, 999, &address, sizeof address);
    expect("bind", "sa_family=16,nl_groups=1", "EBADF", 1, 0);
    address.nl_groups = 0;
    require(CALL3(__NR_connect, route, &address, sizeof address) == 0);
    expect("connect", "sa_family=16,nl_groups=0", "success", 1, 0);

    // Alone, by a vector, and by several at once, of which the first counts.
    struct request links = request_of(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
    for (int i = 0; i < 3; i++) require(CALL6(__NR_sendto, route, &links, sizeof links, 0, 0, 0) == sizeof links);
    expect("sendto", "family=16,netlink=0,nlmsg_type=18,nlmsg_flags=0x301,flags=0", "success", 3, 0);
    struct request rules = request_of(RTM_GETRULE, NLM_F_REQUEST | NLM_F_DUMP);
    struct vector part = {&rules, sizeof rules};
    struct message message = {0, 0, &part, 1, 0, 0, 0};
    for (int i = 0; i < 2; i++) require(CALL3(__NR_sendmsg, route, &message, 0) == sizeof rules);
    expect("sendmsg", "family=16,netlink=0,nlmsg_type=34,nlmsg_flags=0x301,cmsg=0,flags=0", "success", 2, 0);
    struct request addresses = request_of(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP);
    struct vector other = {&addresses, sizeof addresses};
    struct two_messages both = {message, 0, {0, 0, &other, 1, 0, 0, 0}, 0};
    require(CALL4(__NR_sendmmsg, route, &both, 2, 0) == 2);
    expect("sendmmsg", "family=16,netlink=0,nlmsg_type=34,nlmsg_flags=0x301,cmsg=0,flags=0", "success", 1, 0);
    // Of a protocol whose messages have no names the type says nothing.
    CALL6(__NR_sendto, raw, &links, sizeof links, 0x40, 0, 0);
    expect("sendto", "family=16,netlink=2,nlmsg_flags=0x301,flags=0x40", "ECONNREFUSED", 1, 0);

    // Pointers that lead nowhere: to the message, the struct, the vector, from the vector; and vectors of nothing.
    CALL6(__NR_sendto, route, 8, 32, 0, 0, 0);
    expect("sendto", "family=16,netlink=0,flags=0", "EFAULT", 1, 0);
    CALL3(__NR_sendmsg, route, 8, 0);
    expect("sendmsg", "family=16,netlink=0,flags=0", "EFAULT", 1, 0);
    message.parts = (struct vector *)8;
    CALL3(__NR_sendmsg, route, &message, 0);
    expect("sendmsg", "family=16,netlink=0,cmsg=0,flags=0", "EFAULT", 1, 0);
    struct vector astray = {(void *)8, 32};
    message.parts = &astray;
    CALL3(__NR_sendmsg, route, &message, 0);
    expect("sendmsg", "family=16,netlink=0,cmsg=0,flags=0", "EFAULT", 1, 0);
    message.part_count = 0;
    CALL3(__NR_sendmsg, route, &message, 0);
    expect("sendmsg", "family=16,netlink=0,nlmsg_type=0,nlmsg_flags=0,cmsg=0,flags=0", "ENODATA", 1, 0);

    // On another family the same bytes are no netlink message.
    int pair[2];
    require(CALL4(__NR_socketpair, 1, 1, 0, pair) == 0);
    expect("socketpair", "family=1,type=1,protocol=0", "success", 1, 0);
    for (int i = 0; i < 4; i++) require(CALL6(__NR_sendto, pair[0], &links, sizeof links, 0, 0, 0) == sizeof links);
    expect("sendto", "family=1,flags=0", "success", 4, 0);
    struct control control = {20, 1, 1, pair[1], 0}; // SCM_RIGHTS
    message = (struct message){0, 0, &part, 1, &control, sizeof control, 0};
    for (int i = 0; i < 5; i++) require(CALL3(__NR_sendmsg, pair[0], &message, 0) > 0);
    expect("sendmsg", "family=1,cmsg=0x100000001,flags=0", "success", 5, 0);
    // A pointer that has no length leads to nothing.
    message.control = (void *)8;
    message.control_length = 0;
    require(CALL3(__NR_sendmsg, pair[0], &message, 0) > 0);
    expect("sendmsg", "family=1,cmsg=0,flags=0", "success", 1, 0);
    message.control_length = 24;
    CALL3(__NR_sendmsg, pair[0], &message, 0);
    expect("sendmsg", "family=1,flags=0", "EFAULT", 1, 0);
    control = (struct control){20, 17, 103, 1000, 0}; // UDP_SEGMENT
    message.control = &control;
    message.control_length = sizeof control;
    long udp = CALL3(__NR_socket, 2, 2, 0);
    expect("socket", "family=2,type=2,protocol=0", "success", 1, 0);
    require(udp > 0);
    CALL3(__NR_sendmsg, udp, &message, 0);
    expect("sendmsg", "family=2,cmsg=0x6700000011,flags=0", "EDESTADDRREQ", 1, 0);

    // Where no message is sent there is none that holds anything.
    require(CALL4(__NR_sendmmsg, udp, 0, 0, 0) == 0);
    expect("sendmmsg", "family=2,cmsg=0,flags=0", "success", 1, 0);

    // No socket at all, and none any more.
    CALL6(__NR_sendto, 999, &links, sizeof links, 0, 0, 0);
    expect("sendto", "flags=0", "EBADF", 1, 0);
    CALL6(__NR_sendto, 1, &links, sizeof links, 0, 0, 0);
    expect("sendto", "flags=0", "ENOTSOCK", 1, 0);
}
