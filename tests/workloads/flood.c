// flood CALLS PATHS: so many kinds of ioctl, and so many paths that are not there: more than a small table holds.
#include "workload.h"

static long parse(const char *text)
{
    long number = 0;
    while (*text) number = number * 10 + *text++ - '0';
    return number;
}

static void run(int argc, char **argv)
{
    long calls = parse(argv[1]), paths = parse(argv[2]);
    for (long i = 0; i < calls; i++) CALL3(__NR_ioctl, -1, 0x1000 + i, 0);
    char path[] = "/nonexistent/000000";
    for (long i = 0; i < paths; i++) {
        for (long at = sizeof path - 2, rest = i; at > 12; at--, rest /= 10) path[at] = '0' + rest % 10;
        CALL1(__NR_rmdir, path);
    }
}
