// Blocks every signal that can be blocked, in all its threads, and goes on while they arrive.
#include "workload.h"

#define SIG_BLOCK 0

static char stack[4096] __attribute__((aligned(16)));
static volatile int tid;

static void work(void *unused)
{
    for (int i = 0; i < 10; i++) CALL0(__NR_getppid);
    CALL1(__NR_exit, 0);
}

static void run(int argc, char **argv)
{
    unsigned long all = -1;
    require(CALL4(__NR_rt_sigprocmask, SIG_BLOCK, &all, 0, 8) == 0);
    expect("rt_sigprocmask", "-", "success", 1, 0);
    word self = CALL0(__NR_getpid);
    expect("getpid", "-", "success", 1, 0);
    for (int signal = 1; signal < 65; signal++)
        if (signal != 9 && signal != 19) require(CALL2(__NR_kill, self, signal) == 0);
    expect("kill", "-", "success", 62, 0);
    tid = 1;
    clone_onto(0x00250f00, stack + sizeof stack, work, 0, (int *)&tid);
    while (tid) RELAX();
    expect("clone", "clone_flags=0x250f00", "success", 1, 0);
    expect("getppid", "-", "success", 10, 0);
    expect("exit", "-", "never", 1, 0);
    // A child inherits the mask; one that is killed cannot help it.
    word pid = FORK();
    if (pid == 0)
        for (;;) PAUSE();
    struct { long seconds, nanoseconds; } time = {1, 0}; // enough for a child that a tracer on a busy machine has to let go first
    CALL2(__NR_nanosleep, &time, 0);
    CALL2(__NR_kill, pid, 9);
    require(CALL4(__NR_wait4, pid, 0, 0, 0) == pid);
    expect(FORK_CALL, "success", 1, 0);
    expect("nanosleep", "-", "success", 1, 0);
    expect("kill", "-", "success", 1, 0);
    expect("wait4", "options=0", "success", 1, 0);
    expect(PAUSE_CALL, "never", 1, 0);
}
