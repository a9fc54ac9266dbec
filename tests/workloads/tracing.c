// Asks to be traced, as debuggers let their children do; says what came of it.
#include "workload.h"

static void run(int argc, char **argv)
{
    expect("ptrace", "request=0", CALL4(__NR_ptrace, 0, 0, 0, 0) == 0 ? "success" : "EPERM", 1, 0);
}
