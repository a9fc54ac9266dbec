// Makes calls that a test has other answers for, and prints the errno of each: a name and a number a line, 0 for success.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *name, long result)
{
	printf("%s %d\n", name, result < 0 ? errno : 0);
}

static long open_with(unsigned long long flags)
{
	struct open_how how = { .flags = flags };
	return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how);
}

int main(void)
{
	int pipe_fds[2], sockets[2], waiting;
	long page = sysconf(_SC_PAGESIZE);

	if (pipe(pipe_fds) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) < 0)
		return 1;
	say("kcmp", syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 1));
	say("getppid", syscall(SYS_getppid));
	say("socket-raw", socket(AF_INET, SOCK_RAW, 1));
	say("socket-stream", socket(AF_INET, SOCK_STREAM, 0));
	say("hidden", open("/proc/self/status", O_RDONLY));
	say("hidden-of-pid", open("/proc/1/comm", O_RDONLY));
	say("shown", open("/proc/self/stat", O_RDONLY));
	say("openat2-cloexec", open_with(O_CLOEXEC));
	say("openat2", open_with(0));
	say("ioctl-pipe", ioctl(pipe_fds[0], FIONREAD, &waiting));
	say("ioctl-socket", ioctl(sockets[0], FIONREAD, &waiting));
	// Unmapped: that it succeeds shows that nothing was done.
	say("mlock", syscall(SYS_mlock, 16 * page, page));
	return 0;
}
