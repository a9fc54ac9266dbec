// Reads standard input to its end: something that runs while a test looks at it.
#include "workload.h"

static void run(int argc, char **argv)
{
    char buffer[64];
    unsigned long reads = 1;
    while (CALL3(__NR_read, 0, buffer, sizeof buffer) > 0) reads++;
    expect("read", "-", "success", reads, 0);
}
