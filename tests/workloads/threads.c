// threads COUNT CALLS: so many threads, each making so many calls at the same time.
#include "workload.h"

#define CLONE_THREAD_FLAGS 0x00250f00 // VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, CHILD_CLEARTID
#define MAX_THREADS 600

static char stacks[MAX_THREADS][4096] __attribute__((aligned(16)));
static volatile int tids[MAX_THREADS];
static volatile int may_go;
static long calls;

static long parse(const char *text)
{
    long number = 0;
    while (*text) number = number * 10 + *text++ - '0';
    return number;
}

static void work(void *unused)
{
    while (!may_go) RELAX();
    for (long i = 0; i < calls; i++) CALL0(__NR_getppid);
    CALL1(__NR_exit, 0);
}

static void run(int argc, char **argv)
{
    long threads = parse(argv[1]);
    calls = parse(argv[2]);
    for (long i = 0; i < threads; i++) {
        tids[i] = 1;
        require(clone_onto(CLONE_THREAD_FLAGS, stacks[i] + sizeof stacks[i], work, 0, (int *)&tids[i]) > 0);
    }
    may_go = 1;
    for (long i = 0; i < threads; i++)
        while (tids[i]) RELAX();
    expect("clone", "clone_flags=0x250f00", "success", threads, 0);
    expect("getppid", "-", "success", threads * calls, 0);
    expect("exit", "-", "never", threads, 0);
}
