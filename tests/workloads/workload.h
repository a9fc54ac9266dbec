// For programs whose every system call is known. They have no libc, so nothing but what they say is called. They print what a recorder must
// have counted, a line each:
//
//   SYSCALL ARGUMENTS RESULT COUNT [PATH]
//
// ARGUMENTS: the key arguments as name=number, of texts name=class, joined by commas, or "-". RESULT: "success", an errno's name or "never".
// The lines are written by one write, after which only exit_group is called; both are in the list, and so is the execve.
#include <asm/unistd.h>
#include <linux/errno.h>
#include <stddef.h>

typedef long word;

// Of include/uapi/linux/fcntl.h and the architecture's own (v6.18): the headers of a libc do not go with -ffreestanding.
#define AT_FDCWD -100
#define TEXT_OF(constant) TEXT_OF_ITSELF(constant)
#define TEXT_OF_ITSELF(text) #text

#if defined(__x86_64__)
#define O_DIRECTORY 0x10000
#define RETURN_FROM_SIGNAL "\tmov $15, %eax\n\tsyscall\n"
#define RELAX() __builtin_ia32_pause()

static inline __attribute__((always_inline)) word call(word nr, word a, word b, word c, word d, word e, word f)
{
    word result;
    register word r10 __asm__("r10") = d;
    register word r8 __asm__("r8") = e;
    register word r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
#define O_DIRECTORY 0x4000
#define RETURN_FROM_SIGNAL "\tmov x8, #139\n\tsvc #0\n"
#define RELAX() __asm__ volatile("yield")

static inline __attribute__((always_inline)) word call(word nr, word a, word b, word c, word d, word e, word f)
{
    register word x8 __asm__("x8") = nr;
    register word x0 __asm__("x0") = a;
    register word x1 __asm__("x1") = b;
    register word x2 __asm__("x2") = c;
    register word x3 __asm__("x3") = d;
    register word x4 __asm__("x4") = e;
    register word x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
#error "these programs are written for x86-64 and arm64"
#endif

#define CALL0(nr) call(nr, 0, 0, 0, 0, 0, 0)
#define CALL1(nr, a) call(nr, (word)(a), 0, 0, 0, 0, 0)
#define CALL2(nr, a, b) call(nr, (word)(a), (word)(b), 0, 0, 0, 0)
#define CALL3(nr, a, b, c) call(nr, (word)(a), (word)(b), (word)(c), 0, 0, 0)
#define CALL4(nr, a, b, c, d) call(nr, (word)(a), (word)(b), (word)(c), (word)(d), 0, 0)
#define CALL5(nr, a, b, c, d, e) call(nr, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), 0)
#define CALL6(nr, a, b, c, d, e, f) call(nr, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), (word)(f))

// Calls that arm64 does not have, and by what else its programs do the same.
#ifdef __NR_fork
#define FORK() CALL0(__NR_fork)
#define FORK_CALL "fork", "-"
#define PAUSE() CALL0(__NR_pause)
#define PAUSE_CALL "pause", "-"
#else
#define FORK() CALL5(__NR_clone, 17, 0, 0, 0, 0)
#define FORK_CALL "clone", "clone_flags=0"
#define PAUSE() CALL5(__NR_ppoll, 0, 0, 0, 0, 8)
#define PAUSE_CALL "ppoll", "-"
#endif

static char expected[65536];
static size_t expected_length;

static void append(const char *text)
{
    while (*text) expected[expected_length++] = *text++;
}

static void append_number(unsigned long number)
{
    char digits[24];
    int at = sizeof digits;
    digits[--at] = 0;
    do digits[--at] = '0' + number % 10; while (number /= 10);
    append(digits + at);
}

// Says that a call was made; path may be null.
static void expect(const char *name, const char *arguments, const char *result, unsigned long count, const char *path)
{
    append(name);
    append(" ");
    append(arguments);
    append(" ");
    append(result);
    append(" ");
    append_number(count);
    if (path) {
        append(" ");
        append(path);
    }
    append("\n");
}

// Checks what the program itself relies on: ends it with a status that no test expects.
static inline void require(int holds)
{
    if (!holds) CALL1(__NR_exit_group, 99);
}

static void run(int argc, char **argv);

static __attribute__((noreturn)) void finish(int status)
{
    expect("execve", "-", "success", 1, 0);
    expect("write", "-", "success", 1, 0);
    expect("exit_group", "-", "never", 1, 0);
    CALL3(__NR_write, 1, expected, expected_length);
    for (;;) CALL1(__NR_exit_group, status);
}

static __attribute__((noreturn, used)) void start(word *stack)
{
    run((int)stack[0], (char **)(stack + 1));
    finish(0);
}

// Runs a function in a new thread or process that shares the memory. The stack is the end of a block; the function must not return.
word clone_onto(word flags, void *stack_end, void (*function)(void *), void *argument, int *tid);

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start\n");

__asm__("clone_onto:\n"
        "\tsub $16, %rsi\n\tmov %rdx, (%rsi)\n\tmov %rcx, 8(%rsi)\n"
        "\tmov %r8, %r10\n\txor %edx, %edx\n\txor %r8d, %r8d\n"
        "\tmov $56, %eax\n\tsyscall\n"
        "\ttest %rax, %rax\n\tjnz 1f\n"
        "\txor %ebp, %ebp\n\tpop %rax\n\tpop %rdi\n\tcall *%rax\n\thlt\n"
        "1:\tret\n");
#else
__asm__(".globl _start\n_start:\n\tmov x29, xzr\n\tmov x30, xzr\n\tmov x0, sp\n\tb start\n");

__asm__("clone_onto:\n"
        "\tstp x2, x3, [x1, #-16]!\n\tmov x2, xzr\n\tmov x3, xzr\n"
        "\tmov x8, #220\n\tsvc #0\n"
        "\tcbnz x0, 1f\n"
        "\tmov x29, xzr\n\tldp x1, x0, [sp], #16\n\tblr x1\n\tbrk #0\n"
        "1:\tret\n");
#endif
