// storm COUNT: so many processes, one after the other, each of which makes one call.
#include "workload.h"

static void run(int argc, char **argv)
{
    long count = 0;
    for (const char *digit = argv[1]; *digit; digit++) count = count * 10 + *digit - '0';
    for (long i = 0; i < count; i++) {
        if (FORK() == 0) {
            CALL0(__NR_getppid);
            CALL1(__NR_exit_group, 0);
        }
        CALL4(__NR_wait4, -1, 0, 0, 0);
    }
    expect(FORK_CALL, "success", count, 0);
    expect("getppid", "-", "success", count, 0);
    expect("exit_group", "-", "never", count, 0);
    expect("wait4", "options=0", "success", count, 0);
}
