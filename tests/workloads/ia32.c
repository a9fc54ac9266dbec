// Calls by the 32-bit entry, mixed with those of the 64-bit one. Needs a kernel with IA-32 emulation: elsewhere the first ends it with SIGSEGV.
#include "workload.h"

static word call32(word nr, word a, word b, word c)
{
    word result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "r8", "r9", "r10", "r11", "memory");
    return result;
}

static void run(int argc, char **argv)
{
    for (int i = 0; i < 21; i++) call32(20, 0, 0, 0);
    expect("i386:getpid", "-", "success", 21, 0);
    for (int i = 0; i < 5; i++) call32(6, -1, 0, 0);
    expect("i386:close", "-", "EBADF", 5, 0);
    for (int i = 0; i < 7; i++) CALL0(__NR_getpid);
    expect("getpid", "-", "success", 7, 0);
}
