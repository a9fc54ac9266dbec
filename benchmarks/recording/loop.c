// loop getppid|dd|fcntl COUNT: makes so many calls and prints the nanoseconds that each took, of time and of its own processor time.
// It looks at the clocks itself, so that no tool's start-up is in it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    long count = atol(argv[2]);
    double start, start_cpu;
    if (strcmp(argv[1], "dd") == 0) {
        int from = open("/dev/zero", O_RDONLY), to = open("/dev/null", O_WRONLY);
        char byte;
        start = now(CLOCK_MONOTONIC), start_cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        for (long i = 0; i < count / 2; i++)
            if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1) return 1;
    } else if (strcmp(argv[1], "fcntl") == 0) {
        start = now(CLOCK_MONOTONIC), start_cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        for (long i = 0; i < count; i++) syscall(SYS_fcntl, 0, F_GETFD);
    } else {
        start = now(CLOCK_MONOTONIC), start_cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        for (long i = 0; i < count; i++) syscall(SYS_getppid);
    }
    double end_cpu = now(CLOCK_PROCESS_CPUTIME_ID), end = now(CLOCK_MONOTONIC);
    printf("%.2f %.2f\n", (end - start) / count, (end_cpu - start_cpu) / count);
    return 0;
}
