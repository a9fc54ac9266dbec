// Processes that are made and end in every way.
#include "workload.h"

#define SIGKILL 9
#define SIGCHLD 17

static char stack[4096] __attribute__((aligned(16)));
static volatile int tid;
static char **arguments;
static char *no_environment[] = {0};

static void wait_for(word pid)
{
    require(CALL4(__NR_wait4, pid, 0, 0, 0) == pid);
    expect("wait4", "options=0", "success", 1, 0);
}

static void end(void)
{
    CALL1(__NR_exit_group, 0);
}

static word fork_child(void)
{
    word pid = CALL0(__NR_fork);
    if (pid) expect("fork", "-", "success", 1, 0);
    return pid;
}

// Sleeps; that a child blocks meanwhile cannot be seen from outside without further calls.
static void give_time(void)
{
    struct { long seconds, nanoseconds; } time = {0, 300000000};
    CALL2(__NR_nanosleep, &time, 0);
    expect("nanosleep", "-", "success", 1, 0);
}

static void exec_self(void *path);

static void exec_self_later(void *unused)
{
    give_time();
    exec_self(0);
}

static void exec_self(void *path)
{
    char *argv[] = {arguments[0], "again", 0};
    CALL3(__NR_execve, path ? path : arguments[0], argv, no_environment);
    CALL1(__NR_exit_group, 98);
}

static void run(int argc, char **argv)
{
    arguments = argv;
    if (argc > 1) {
        for (int i = 0; i < 5; i++) CALL0(__NR_getuid);
        end();
    }
    word pid;
    for (int i = 0; i < 3; i++) {
        if ((pid = fork_child()) == 0) end();
        wait_for(pid);
        expect("exit_group", "-", "never", 1, 0);
    }
    for (int i = 0; i < 2; i++) {
        pid = CALL0(__NR_vfork);
        if (pid == 0) CALL1(__NR_exit, 0);
        wait_for(pid);
        expect("vfork", "-", "success", 1, 0);
        expect("exit", "-", "never", 1, 0);
    }
    unsigned long clone_args[8] = {0x00200000, 0, 0, 0, SIGCHLD}; // CLONE_CHILD_CLEARTID
    for (int i = 0; i < 2; i++) {
        pid = CALL2(__NR_clone3, clone_args, sizeof clone_args);
        if (pid == 0) end();
        wait_for(pid);
        expect("clone3", "flags=0x200000", "success", 1, 0);
        expect("exit_group", "-", "never", 1, 0);
    }

    // Killed in a call; in one that has been done; outside of any.
    if ((pid = fork_child()) == 0) CALL0(__NR_pause);
    give_time();
    CALL2(__NR_kill, pid, SIGKILL);
    wait_for(pid);
    expect("pause", "-", "never", 1, 0);
    if ((pid = fork_child()) == 0) CALL2(__NR_kill, CALL0(__NR_getpid), SIGKILL);
    wait_for(pid);
    expect("getpid", "-", "success", 1, 0);
    expect("kill", "-", "success", 2, 0);
    if ((pid = fork_child()) == 0) *(volatile int *)8 = 1;
    wait_for(pid);

    // Another image, by each way; that of /proc is a path that decides.
    if ((pid = fork_child()) == 0) exec_self(0);
    wait_for(pid);
    expect("execve", "-", "success", 1, 0);
    if ((pid = fork_child()) == 0) exec_self("/proc/self/exe");
    wait_for(pid);
    expect("execve", "-", "success", 1, "/proc/self/exe");
    if ((pid = fork_child()) == 0) {
        char *again[] = {argv[0], "again", 0};
        word self = CALL3(__NR_open, argv[0], 0x80000, 0);
        CALL5(__NR_execveat, self, "", again, no_environment, 0x1000);
    }
    wait_for(pid);
    expect("open", "flags=0x80000", "success", 1, 0);
    expect("execveat", "flags=0x1000", "success", 1, 0);
    if ((pid = fork_child()) == 0) {
        CALL3(__NR_execve, "/nonexistent", argv, no_environment);
        end();
    }
    wait_for(pid);
    expect("execve", "-", "ENOENT", 1, "/nonexistent");
    expect("exit_group", "-", "never", 1, 0);

    // A thread's execve ends the others: the leader in its call.
    if ((pid = fork_child()) == 0) {
        clone_onto(0x00050f00, stack + sizeof stack, exec_self_later, 0, 0);
        for (;;) CALL0(__NR_pause);
    }
    wait_for(pid);
    expect("clone", "clone_flags=0x50f00", "success", 1, 0);
    expect("nanosleep", "-", "success", 1, 0);
    expect("execve", "-", "success", 1, 0);
    expect("getuid", "-", "success", 20, 0);
    expect("exit_group", "-", "never", 4, 0);
    expect("pause", "-", "never", 1, 0);

    // exit_group ends a thread in its call.
    if ((pid = fork_child()) == 0) {
        tid = 1;
        pid = clone_onto(0x00050f00, stack + sizeof stack, (void (*)(void *))give_time, 0, 0);
        struct { long seconds, nanoseconds; } time = {0, 20000000};
        CALL2(__NR_nanosleep, &time, 0);
        end();
    }
    wait_for(pid);
    expect("clone", "clone_flags=0x50f00", "success", 1, 0);
    expect("nanosleep", "-", "success", 1, 0);
    expect("nanosleep", "-", "never", 1, 0);
    expect("exit_group", "-", "never", 1, 0);
}
