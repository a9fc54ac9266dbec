// Starts a program as a container runtime does: a child waits, with a process id that the host can see, until it is told to go.
//
//   launch host|pid PROGRAM ARGS...
//
// "pid" gives it a PID namespace of its own, whose number 1 it is; "host" leaves it in ours. Prints the child's process id on the first
// line of standard output; a byte on standard input lets it execve. Exits with the child's status, or 128 and the signal that ended it.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 3) return 125;
    long flags = SIGCHLD | (strcmp(argv[1], "pid") == 0 ? CLONE_NEWPID : 0);
    long child = syscall(SYS_clone, flags, 0, 0, 0, 0);
    if (child == 0) {
        char go;
        if (read(0, &go, 1) != 1) _exit(125);
        execv(argv[2], argv + 2);
        _exit(126);
    }
    if (child < 0) {
        perror("clone");
        return 125;
    }
    printf("%ld\n", child);
    fflush(stdout);
    int status;
    if (waitpid(child, &status, __WALL) != child) return 125;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
