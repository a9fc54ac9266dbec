// Makes the calls of a case file and says what each gave. Statically linked, run as the only program of a container.
//
// A line is a case: ID STEP ; STEP ; ... ; STEP. The last step is the call that counts, those before prepare it. A step is a syscall's number, or !NAME for one of
// specials[], and up to six values; a ? in front lets it fail. Values:
//   12 -1 0x80 1|0600   numbers
//   'text'              the address of a string
//   *64                 the address of 64 zero bytes; *4096 and more are aligned to a page
//   [4:1 8:'a' *16]     the address of a struct: fields of 1, 2, 4 or 8 bytes and runs of zero bytes, without padding
//   $0                  what step 0 returned
//   &0.1                value 1 of step 0
//   @0.1 @0.1+4         the 32-bit number at value 1 of step 0, and the one 4 bytes behind
//   ^0.1                the 64-bit number there
// It prints `ID ok VALUE`, `ID errno NUMBER`, `ID prepare STEP NUMBER`, `ID signal NUMBER`, `ID replaced` (an execve that worked) or `ID timeout`.
// Each case is a process of its own, so that a crash or a hang is an outcome like any other.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STEPS = 24, MAX_ARGS = 6, ARENA = 1 << 20, PAGE = 4096, MAX_CHILDREN = 8, LIMIT_SECONDS = 3 };

// What the case's process leaves for its parent; shared memory, because a case may close every file.
struct report {
    volatile int done, failed_step;
    volatile long value;
    volatile pid_t children[MAX_CHILDREN];
    volatile int child_count;
};

static struct report *report;
static long results[MAX_STEPS], values[MAX_STEPS][MAX_ARGS];
static char arena[ARENA] __attribute__((aligned(4096)));
static size_t used;

static void malformed(const char *at) {
    fprintf(stderr, "probe: not a case: %.60s\n", at);
    _exit(120);
}

static void *room(size_t size) {
    size_t align = size >= PAGE ? PAGE : 16, start = (used + align - 1) & ~(align - 1);
    if (start + size > ARENA) malformed("too much memory");
    used = start + size;
    return arena + start;
}

static long number(const char **at) {
    char *end;
    int negative = **at == '-';
    unsigned long value = strtoull(*at + negative, &end, 0);
    if (end == *at + negative) malformed(*at);
    *at = end;
    if (**at == '|') {
        ++*at;
        value |= number(at);
    }
    return negative ? -(long)value : (long)value;
}

static const char *blanks(const char *at) {
    while (*at == ' ') at++;
    return at;
}

static long value(const char **at);

static long structure(const char **at) {
    char bytes[PAGE];
    size_t length = 0;
    for (*at = blanks(*at + 1); **at != ']'; *at = blanks(*at)) {
        if (**at == '*') {
            ++*at;
            size_t size = number(at);
            if (length + size > sizeof bytes) malformed("a struct of more than a page");
            memset(bytes + length, 0, size);
            length += size;
            continue;
        }
        size_t size = number(at);
        if (*(*at)++ != ':' || size > 8 || length + size > sizeof bytes) malformed(*at);
        long field = value(at);
        memcpy(bytes + length, &field, size); // both ABIs are little-endian
        length += size;
    }
    ++*at;
    return (long)memcpy(room(length), bytes, length);
}

static long value(const char **at) {
    const char *start = *at;
    switch (*start) {
    case '\'': {
        const char *end = strchr(start + 1, '\'');
        if (!end) malformed(start);
        size_t length = end - start - 1;
        char *text = room(length + 1);
        memcpy(text, start + 1, length);
        text[length] = 0;
        *at = end + 1;
        return (long)text;
    }
    case '[':
        return structure(at);
    case '*': {
        ++*at;
        return (long)room(number(at));
    }
    case '$': {
        ++*at;
        return results[number(at) % MAX_STEPS];
    }
    case '&':
    case '^':
    case '@': {
        ++*at;
        long step = number(at);
        if (*(*at)++ != '.') malformed(start);
        long argument = values[step % MAX_STEPS][number(at) % MAX_ARGS];
        if (*start == '&') return argument;
        long offset = 0;
        if (**at == '+') {
            ++*at;
            offset = number(at);
        }
        return *start == '^' ? *(long *)(argument + offset) : (long)*(uint32_t *)(argument + offset);
    }
    default:
        return number(at);
    }
}

// The raw call. The child of a clone, fork or vfork ends at once and touches no memory: it may share the parent's.
static long call(long nr, const long *a) {
#if defined(__x86_64__)
    register long r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
    long result = nr;
    if (nr == SYS_clone || nr == SYS_fork || nr == SYS_vfork || nr == SYS_clone3) {
        __asm__ volatile("syscall\n test %%rax,%%rax\n jnz 1f\n mov %7,%%eax\n xor %%edi,%%edi\n syscall\n 1:"
                         : "+a"(result)
                         : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9), "i"(SYS_exit)
                         : "rcx", "r11", "memory");
    } else {
        __asm__ volatile("syscall" : "+a"(result) : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    }
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = nr, x0 __asm__("x0") = a[0], x1 __asm__("x1") = a[1], x2 __asm__("x2") = a[2], x3 __asm__("x3") = a[3],
                  x4 __asm__("x4") = a[4], x5 __asm__("x5") = a[5];
    if (nr == SYS_clone || nr == SYS_clone3) {
        __asm__ volatile("svc #0\n cbnz x0,1f\n mov x8,%8\n svc #0\n 1:"
                         : "+r"(x0)
                         : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "i"(0), "i"(SYS_exit)
                         : "memory");
    } else {
        __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    }
    return x0;
#else
#error "amd64 and arm64 only"
#endif
}

static pid_t child(void) {
    pid_t pid = fork();
    if (pid > 0 && report->child_count < MAX_CHILDREN) report->children[report->child_count++] = pid;
    return pid;
}

// A process that sleeps until it is killed.
static long special_child(const long *a) {
    (void)a;
    pid_t pid = child();
    if (pid == 0) for (;;) pause();
    return pid;
}

// A child that this process traces; it has stopped.
static long special_tracee(const long *a) {
    (void)a;
    pid_t pid = child();
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        for (;;) pause();
    }
    return waitpid(pid, NULL, WUNTRACED) == pid ? pid : -errno;
}

// A child that has ended and that nobody has waited for.
static long special_exited(const long *a) {
    (void)a;
    pid_t pid = child();
    siginfo_t info;
    if (pid == 0) _exit(0);
    return waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0 ? pid : -errno;
}

// The other end of an open /dev/ptmx.
static long special_replica(const long *a) {
    int locked = 0, n = 0;
    char path[32];
    if (ioctl(a[0], TIOCSPTLCK, &locked) || ioctl(a[0], TIOCGPTN, &n)) return -errno;
    snprintf(path, sizeof path, "/dev/pts/%d", n);
    int fd = open(path, O_RDWR | O_NOCTTY);
    return fd < 0 ? -errno : fd;
}

// Gives up every capability that is not in the mask; one that is not held cannot be had.
static long special_capabilities(const long *a) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data)) return -errno;
    for (int i = 0; i < 2; i++) {
        data[i].permitted &= (uint32_t)((uint64_t)a[0] >> 32 * i);
        data[i].effective = data[i].permitted;
        data[i].inheritable = 0;
    }
    return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static const struct {
    const char *name;
    long (*make)(const long *);
} specials[] = {
    {"child", special_child}, {"tracee", special_tracee}, {"exited", special_exited}, {"replica", special_replica}, {"capabilities", special_capabilities},
};

static long make(const char **at, int step) {
    const char *name = NULL;
    long nr = 0;
    if (**at == '!') {
        name = ++*at;
        while (**at && **at != ' ') ++*at;
    } else {
        nr = number(at);
    }
    size_t length = name ? (size_t)(*at - name) : 0;
    int count = 0;
    for (*at = blanks(*at); **at && **at != ';'; *at = blanks(*at)) {
        if (count == MAX_ARGS) malformed(*at);
        values[step][count] = value(at);
        count++;
    }
    if (!name) return call(nr, values[step]);
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        if (strlen(specials[i].name) == length && !memcmp(specials[i].name, name, length)) return specials[i].make(values[step]);
    }
    malformed(name);
    return 0;
}

static void run(const char *at) {
    for (int step = 0;; step++) {
        if (step == MAX_STEPS) malformed("too many steps");
        at = blanks(at);
        int may_fail = *at == '?';
        at += may_fail;
        results[step] = make(&at, step);
        if (*at == 0) {
            report->value = results[step];
            report->done = 1;
            return;
        }
        if (!may_fail && results[step] < 0 && results[step] >= -4095) {
            report->failed_step = step + 1;
            report->value = results[step];
            report->done = 1;
            return;
        }
        at++; // the semicolon
    }
}

// Waits for the case; false when it takes too long.
static int wait_for(pid_t pid, int *status, const sigset_t *child_ended) {
    struct timespec start, now, tick = {0, 200 * 1000 * 1000};
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        if (waitpid(pid, status, WNOHANG) == pid) return 1;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - start.tv_sec >= LIMIT_SECONDS) return 0;
        sigtimedwait(child_ended, NULL, &tick);
    }
}

static void print(const char *id, int length, int ended, int status) {
    printf("%.*s ", length, id);
    if (report->done && report->failed_step) printf("prepare %d %ld\n", report->failed_step - 1, -report->value);
    else if (report->done && report->value < 0 && report->value >= -4095) printf("errno %ld\n", -report->value);
    else if (report->done) printf("ok %ld\n", report->value);
    else if (!ended) printf("timeout\n");
    else if (WIFSIGNALED(status)) printf("signal %d\n", WTERMSIG(status));
    else if (WEXITSTATUS(status) == 0) printf("replaced\n");
    else printf("malformed\n");
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: probe CASES\n");
        return 1;
    }
    if (!strcmp(argv[1], "exit")) return 0; // what a case executes
    FILE *cases = fopen(argv[1], "re");
    if (!cases) {
        perror(argv[1]);
        return 1;
    }
    report = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    signal(SIGPIPE, SIG_IGN); // EPIPE is the outcome
    sigset_t child_ended, before;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, &before);

    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, cases)) > 0;) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        int id_length = strcspn(line, " ");
        memset((void *)report, 0, sizeof *report);
        int status = 0;
        pid_t pid = fork();
        if (pid == 0) {
            sigprocmask(SIG_SETMASK, &before, NULL);
            run(line + id_length);
            // What the call made waits for nothing: no handler, no buffer of the parent's.
            _exit(121);
        }
        int ended = wait_for(pid, &status, &child_ended);
        print(line, id_length, ended, status);
        if (!ended) {
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
        }
        for (int i = 0; i < report->child_count; i++) kill(report->children[i], SIGKILL);
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
    }
    return 0;
}
