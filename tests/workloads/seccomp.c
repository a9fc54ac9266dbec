// Calls that a filter of the program's own refuses, in every way; each in a child, as a filter stays for good.
#include "workload.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define SIGSYS 31
#define SA_RESTORER 0x04000000

struct action { void (*handler)(int); unsigned long flags; void (*restorer)(void); unsigned long mask; };

static char stack[4096] __attribute__((aligned(16)));
static volatile int tid;

void restore(void);
__asm__(".globl restore\nrestore:\n" RETURN_FROM_SIGNAL);

static void quiet(int signal)
{
}

// From now on a call is answered with an action.
static void filter(unsigned nr, unsigned action)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    require(CALL5(__NR_prctl, 38, 1, 0, 0, 0) == 0);
    require(CALL3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

static word child(void)
{
    word pid = FORK();
    if (pid == 0) return 0;
    CALL4(__NR_wait4, pid, 0, 0, 0);
    expect(FORK_CALL, "success", 1, 0);
    expect("wait4", "options=0", "success", 1, 0);
    expect("prctl", "option=38", "success", 1, 0);
    expect("seccomp", "op=1,flags=0", "success", 1, 0);
    return pid;
}

static void refused(void *unused)
{
    CALL0(__NR_getppid);
    CALL1(__NR_exit, 0);
}

static void run(int argc, char **argv)
{
    if (child() == 0) {
        filter(__NR_getppid, SECCOMP_RET_ERRNO | EACCES);
        for (int i = 0; i < 5; i++) require(CALL0(__NR_getppid) == -EACCES);
        CALL1(__NR_exit_group, 0);
    }
    expect("getppid", "-", "EACCES", 5, 0);
    expect("exit_group", "-", "never", 1, 0);
    if (child() == 0) {
        filter(__NR_getppid, SECCOMP_RET_KILL_PROCESS);
        CALL0(__NR_getppid);
    }
    expect("getppid", "-", "never", 1, 0);
    if (child() == 0) {
        filter(__NR_getppid, SECCOMP_RET_KILL_THREAD);
        tid = 1;
        clone_onto(0x00250f00, stack + sizeof stack, refused, 0, (int *)&tid);
        while (tid) RELAX();
        CALL1(__NR_exit_group, 0);
    }
    expect("clone", "clone_flags=0x250f00", "success", 1, 0);
    expect("getppid", "-", "never", 1, 0);
    expect("exit_group", "-", "never", 1, 0);
    if (child() == 0) {
        struct action action = {quiet, SA_RESTORER, restore, 0};
        CALL4(__NR_rt_sigaction, SIGSYS, &action, 0, 8);
        filter(__NR_getppid, SECCOMP_RET_TRAP);
        for (int i = 0; i < 2; i++) CALL0(__NR_getppid);
        // A result that equals the number is no refusal.
        CALL3(__NR_write, -1, 0, 0);
        CALL1(__NR_exit_group, 0);
    }
    expect("rt_sigaction", "-", "success", 1, 0);
    expect("getppid", "-", "never", 2, 0);
    expect("rt_sigreturn", "-", "success", 2, 0);
    expect("write", "-", "EBADF", 1, 0);
    expect("exit_group", "-", "never", 1, 0);
    // Nor is a write of as many bytes.
    if (child() == 0) {
        filter(__NR_getppid, SECCOMP_RET_ALLOW);
        word null = CALL4(__NR_openat, AT_FDCWD, "/dev/null", 1, 0);
        for (int i = 0; i < 3; i++) require(CALL3(__NR_write, null, stack, __NR_write) == __NR_write);
        CALL1(__NR_exit_group, 0);
    }
    expect("openat", "flags=1", "success", 1, "/dev/null");
    expect("write", "-", "success", 3, 0);
    expect("exit_group", "-", "never", 1, 0);
}
