// Waits in several calls and threads until there is input, and only then makes calls that are known: something to attach to. With an argument
// it is the program that it executes itself.
#include "workload.h"

#define POLLIN 1

enum { threads = 3, loops = 500, before = 100, again = 10 };

static char stacks[threads + 1][4096] __attribute__((aligned(16)));
static volatile int tids[threads + 1];
static int gate[2], pipe_fds[2];

static void work(void *unused)
{
    char byte;
    require(CALL3(__NR_read, gate[0], &byte, 1) == 1);
    for (int i = 0; i < loops; i++) CALL0(__NR_getppid);
    CALL1(__NR_exit, 0);
}

// Its call is one that the kernel does not make again after a stop but continues (restart_syscall).
static void poll_with_time(void *unused)
{
    struct { int fd; short events, revents; } wanted = {pipe_fds[0], POLLIN, 0};
    CALL3(__NR_poll, &wanted, 1, 600000);
    CALL1(__NR_exit, 0);
}

static void run(int argc, char **argv)
{
    if (argc > 1) {
        for (int i = 0; i < again; i++) CALL0(__NR_getgid);
        expect("getgid", "-", "success", again, 0);
        return;
    }
    for (int i = 0; i < before; i++) CALL0(__NR_getpid);
    require(CALL1(__NR_pipe, gate) == 0 && CALL1(__NR_pipe, pipe_fds) == 0);
    for (int i = 0; i <= threads; i++) {
        tids[i] = 1;
        clone_onto(0x00250f00, stacks[i] + sizeof stacks[i], i < threads ? work : poll_with_time, 0, (int *)&tids[i]);
    }
    char bytes[threads];
    require(CALL3(__NR_read, 0, bytes, 1) == 1);
    expect("read", "-", "success", 1 + threads, 0);

    require(CALL3(__NR_write, gate[1], bytes, threads) == threads && CALL3(__NR_write, pipe_fds[1], bytes, 1) == 1);
    expect("write", "-", "success", 2, 0);
    expect("poll", "-", "success", 1, 0);
    for (int i = 0; i <= threads; i++)
        while (tids[i]) __builtin_ia32_pause();
    expect("getppid", "-", "success", threads * loops, 0);
    expect("exit", "-", "never", threads + 1, 0);

    word child = CALL0(__NR_fork);
    if (child == 0) {
        for (int i = 0; i < loops; i++) CALL0(__NR_getuid);
        CALL1(__NR_exit_group, 0);
    }
    require(CALL4(__NR_wait4, child, 0, 0, 0) == child);
    expect("getuid", "-", "success", loops, 0);
    expect("exit_group", "-", "never", 1, 0);
    child = CALL0(__NR_fork);
    if (child == 0) {
        char *arguments[] = {argv[0], "again", 0};
        CALL3(__NR_execve, argv[0], arguments, 0);
        CALL1(__NR_exit_group, 98);
    }
    require(CALL4(__NR_wait4, child, 0, 0, 0) == child);
    expect("fork", "-", "success", 2, 0);
    expect("wait4", "options=0", "success", 2, 0);

    // Not by finish: the execve was before.
    expect("write", "-", "success", 1, 0);
    expect("exit_group", "-", "never", 1, 0);
    CALL3(__NR_write, 1, expected, expected_length);
    CALL1(__NR_exit_group, 0);
}
