// The same call on a file of every kind. The numbers of the kinds are those of FdKind.
#include "workload.h"
#include <linux/filter.h>

static void on(long fd, const char *kind)
{
    char arguments[32] = "fd=";
    char *to = arguments + 3;
    while (*kind) *to++ = *kind++;
    for (const char *from = ",cmd=1"; *from;) *to++ = *from++;
    *to = 0;
    CALL3(__NR_fcntl, fd, 1, 0); // F_GETFD
    expect("fcntl", arguments, "success", 1, 0);
}

static void run(int argc, char **argv)
{
    on(CALL4(__NR_openat, AT_FDCWD, "/etc/passwd", 0, 0), "1");
    expect("openat", "flags=0", "success", 1, 0);
    on(CALL4(__NR_openat, AT_FDCWD, "/", O_DIRECTORY, 0), "2"); // O_DIRECTORY
    expect("openat", "flags=" TEXT_OF(O_DIRECTORY), "success", 1, 0);
    on(CALL3(__NR_socket, 1, 1, 0), "4");
    expect("socket", "family=1,type=1,protocol=0", "success", 1, 0);
    on(CALL4(__NR_openat, AT_FDCWD, "/dev/ptmx", 2, 0), "8");
    expect("openat", "flags=2", "success", 1, "/dev/ptmx");
    int pair[2];
    CALL2(__NR_pipe2, pair, 0);
    expect("pipe2", "flags=0", "success", 1, 0);
    on(pair[1], "16");
    on(CALL4(__NR_openat, AT_FDCWD, "/dev/null", 2, 0), "32");
    expect("openat", "flags=2", "success", 1, "/dev/null");
    long epoll = CALL1(__NR_epoll_create1, 0);
    expect("epoll_create1", "flags=0", "success", 1, 0);
    on(epoll, "64");
    on(CALL2(__NR_eventfd2, 0, 0), "128");
    expect("eventfd2", "flags=0", "success", 1, 0);
    unsigned long mask = 0;
    on(CALL4(__NR_signalfd4, -1, &mask, 8, 0), "256");
    expect("signalfd4", "flags=0", "success", 1, 0);
    on(CALL2(__NR_timerfd_create, 1, 0), "512");
    expect("timerfd_create", "clockid=1,flags=0", "success", 1, 0);
    on(CALL1(__NR_inotify_init1, 0), "1024");
    expect("inotify_init1", "flags=0", "success", 1, 0);

    on(CALL2(__NR_memfd_create, "", 0), "1");
    expect("memfd_create", "flags=0", "success", 1, 0);
    // An inode that looks like a regular file, and one whose name resembles that of epoll.
    on(CALL2(__NR_pidfd_open, CALL0(__NR_getpid), 0), "2048");
    expect("getpid", "-", "success", 1, 0);
    expect("pidfd_open", "flags=0", "success", 1, 0);
    struct sock_filter allow = {BPF_RET | BPF_K, 0, 0, 0x7fff0000}; // SECCOMP_RET_ALLOW
    struct sock_fprog filter = {1, &allow};
    on(CALL3(__NR_seccomp, 1, 8, &filter), "2048"); // SECCOMP_FILTER_FLAG_NEW_LISTENER
    expect("seccomp", "op=1,flags=8", "success", 1, 0);

    // A call of which nothing else is recorded.
    CALL4(__NR_sendfile, pair[1], pair[0], 0, 1);
    expect("sendfile", "fd=16", "EINVAL", 1, 0);

    CALL3(__NR_lseek, pair[0], 0, 1);
    expect("lseek", "fd=16,whence=1", "ESPIPE", 1, 0);

    // Of epoll_ctl it is the file that is watched.
    int event[3] = {1, 0, 0};
    CALL4(__NR_epoll_ctl, epoll, 1, pair[0], event);
    expect("epoll_ctl", "fd=16,op=1", "success", 1, 0);
    CALL4(__NR_epoll_ctl, epoll, 1, CALL4(__NR_openat, AT_FDCWD, "/etc/passwd", 0, 0), event);
    expect("openat", "flags=0", "success", 1, 0);
    expect("epoll_ctl", "fd=1,op=1", "EPERM", 1, 0);
    // Nothing is behind a descriptor that is not open.
    CALL3(__NR_fcntl, 999, 1, 0);
    expect("fcntl", "cmd=1", "EBADF", 1, 0);
    CALL3(__NR_fcntl, -1, 1, 0);
    expect("fcntl", "cmd=1", "EBADF", 1, 0);
    // Nor is a file taken that O_PATH has opened.
    CALL3(__NR_ioctl, CALL4(__NR_openat, AT_FDCWD, "/etc/passwd", 0x200000, 0), 0x5401, 0);
    expect("openat", "flags=0x200000", "success", 1, 0);
    expect("ioctl", "cmd=0x5401", "EBADF", 1, 0);
}
