// Children that a tracer is not to be told of (CLONE_UNTRACED), each with calls of its own, and what the call must leave as it was.
#include "workload.h"

#define CLONE_UNTRACED 0x00800000
#define SIGCHLD 17

struct clone_args { unsigned long flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; };

static void child(unsigned long calls)
{
    for (unsigned long i = 0; i < calls; i++) CALL0(__NR_getppid);
    CALL2(__NR_pipe2, 0, 0);
    CALL1(__NR_exit_group, 0);
}

static void made(word pid, unsigned long calls)
{
    require(pid > 0 && CALL4(__NR_wait4, pid, 0, 0, 0) == pid);
    expect("wait4", "options=0", "success", 1, 0);
    expect("getppid", "-", "success", calls, 0);
    expect("pipe2", "flags=0", "EFAULT", 1, 0);
    expect("exit_group", "-", "never", 1, 0);
}

static void run(int argc, char **argv)
{
    word pid, flags = CLONE_UNTRACED | SIGCHLD;
#ifdef __x86_64__
    // By hand, as the register of the first argument is one that a call leaves alone.
    register word r10 __asm__("r10") = 0;
    register word r8 __asm__("r8") = 0;
    __asm__ volatile("syscall" : "=a"(pid), "+D"(flags) : "a"(__NR_clone), "S"(0), "d"(0), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
#else
    pid = CALL5(__NR_clone, flags, 0, 0, 0, 0);
#endif
    if (pid == 0) child(flags == (CLONE_UNTRACED | SIGCHLD) ? 20 : 1);
    made(pid, 20);
    require(flags == (CLONE_UNTRACED | SIGCHLD));
    expect("clone", "clone_flags=0x800000", "success", 1, 0);

    struct clone_args arguments = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
    pid = CALL2(__NR_clone3, &arguments, sizeof arguments);
    if (pid == 0) child(arguments.flags == CLONE_UNTRACED ? 30 : 1);
    made(pid, 30);
    require(arguments.flags == CLONE_UNTRACED);
    expect("clone3", "flags=0x800000", "success", 1, 0);
}
