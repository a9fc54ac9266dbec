// Asks for what the kernel may have, and does without what it has not: a refused probe is no loss.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	if (syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 1) < 0)
		puts("compares by other means");
	if (syscall(SYS_pidfd_open, getpid(), 0) < 0)
		puts("waits by number");
	if (open("/proc/vmstat", O_RDONLY) < 0)
		puts("knows nothing of the machine");
	return 0;
}
