// Calls that signals interrupt: those that fail for it, those that go on, and those that a handler makes.
#include "workload.h"

#define SIGUSR1 10
#define SIGALRM 14
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SA_RESTART 0x10000000
#define SA_RESTORER 0x04000000

struct action { void (*handler)(int); unsigned long flags; void (*restorer)(void); unsigned long mask; };
struct times { long seconds, nanoseconds; };
struct itimer { long interval[2], value[2]; };

static int ends[2];
static volatile int alarms;

void restore(void);
__asm__(".globl restore\nrestore:\n" RETURN_FROM_SIGNAL);

static void quiet(int signal)
{
}

static void counting(int signal)
{
    alarms++;
}

static void feeding(int signal)
{
    CALL3(__NR_write, ends[1], "x", 1);
}

static void handle(int signal, void (*handler)(int), unsigned long flags)
{
    struct action action = {handler, flags | SA_RESTORER, restore, 0};
    require(CALL4(__NR_rt_sigaction, signal, &action, 0, 8) == 0);
    expect("rt_sigaction", "-", "success", 1, 0);
}

static void set_alarm(long interval, long value)
{
    struct itimer timer = {{0, interval}, {0, value}};
    require(CALL3(__NR_setitimer, 0, &timer, 0) == 0);
    expect("setitimer", "which=0", "success", 1, 0);
}

// Again and again: on a slow machine the first alarm may come before the call that it is to interrupt.
static void alarms_begin(void)
{
    alarms = 0;
    set_alarm(200000, 200000);
}

static void alarms_end(void)
{
    set_alarm(0, 0);
    expect("rt_sigreturn", "-", "success", alarms, 0);
}

static void run(int argc, char **argv)
{
    char byte;
    struct times long_time = {5, 0}, short_time = {0, 200000000}, medium_time = {0, 800000000};
    require(CALL2(__NR_pipe2, ends, 0) == 0);
    expect("pipe2", "flags=0", "success", 1, 0);

    handle(SIGUSR1, quiet, 0);
    for (int i = 0; i < 17; i++) CALL2(__NR_kill, CALL0(__NR_getpid), SIGUSR1);
    expect("getpid", "-", "success", 17, 0);
    expect("kill", "-", "success", 17, 0);
    expect("rt_sigreturn", "-", "success", 17, 0);

    // Interrupted for good: by a handler without SA_RESTART, or in a call that never goes on after one.
    handle(SIGALRM, counting, 0);
    alarms_begin();
    require(CALL3(__NR_read, ends[0], &byte, 1) == -EINTR);
    alarms_end();
    expect("read", "-", "EINTR", 1, 0);
    int others[2];
    require(CALL2(__NR_pipe2, others, 0) == 0);
    expect("pipe2", "flags=0", "success", 1, 0);
    alarms_begin();
    require(CALL6(__NR_splice, ends[0], 0, others[1], 0, 1, 0) == -EINTR);
    alarms_end();
    expect("splice", "fd=16,flags=0", "EINTR", 1, 0);
    alarms_begin();
    require(CALL2(__NR_nanosleep, &long_time, 0) == -EINTR);
    alarms_end();
    expect("nanosleep", "-", "EINTR", 1, 0);
    handle(SIGALRM, counting, SA_RESTART);
    alarms_begin();
    require(PAUSE() == -EINTR);
    alarms_end();
    expect(PAUSE_CALL, "EINTR", 1, 0);
    // epoll_pwait gives EINTR itself.
    word epoll = CALL1(__NR_epoll_create1, 0);
    expect("epoll_create1", "flags=0", "success", 1, 0);
    long event[2];
    alarms_begin();
    require(CALL6(__NR_epoll_pwait, epoll, event, 1, 5000, 0, 8) == -EINTR);
    alarms_end();
    expect("epoll_pwait", "-", "EINTR", 1, 0);

    // Goes on after the handler, in which the same call is made: one read of ours, one write of the handler's.
    handle(SIGALRM, feeding, SA_RESTART);
    set_alarm(0, 200000);
    expect("rt_sigreturn", "-", "success", 1, 0);
    require(CALL3(__NR_read, ends[0], &byte, 1) == 1);
    expect("read", "-", "success", 1, 0);
    expect("write", "-", "success", 1, 0);

    // Stopped and continued, without any handler: restart_syscall ends the sleep, and the read is made again.
    word pid = FORK();
    if (pid == 0) {
        require(CALL2(__NR_nanosleep, &medium_time, 0) == 0);
        CALL1(__NR_exit_group, 0);
    }
    CALL2(__NR_nanosleep, &short_time, 0);
    CALL2(__NR_kill, pid, SIGSTOP);
    CALL2(__NR_nanosleep, &short_time, 0);
    CALL2(__NR_kill, pid, SIGCONT);
    CALL4(__NR_wait4, pid, 0, 0, 0);
    pid = FORK();
    if (pid == 0) {
        require(CALL3(__NR_read, ends[0], &byte, 1) == 1);
        CALL1(__NR_exit_group, 0);
    }
    CALL2(__NR_nanosleep, &short_time, 0);
    CALL2(__NR_kill, pid, SIGSTOP);
    CALL2(__NR_nanosleep, &short_time, 0);
    CALL2(__NR_kill, pid, SIGCONT);
    CALL2(__NR_nanosleep, &short_time, 0);
    CALL3(__NR_write, ends[1], "x", 1);
    CALL4(__NR_wait4, pid, 0, 0, 0);
    expect(FORK_CALL, "success", 2, 0);
    expect("nanosleep", "-", "success", 6, 0);
    expect("kill", "-", "success", 4, 0);
    expect("read", "-", "success", 1, 0);
    expect("write", "-", "success", 1, 0);
    expect("wait4", "options=0", "success", 2, 0);
    expect("exit_group", "-", "never", 2, 0);
}
