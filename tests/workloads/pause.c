// Waits for a signal: what holds the namespaces of a pod.
#include "workload.h"

static void run(int argc, char **argv)
{
    CALL0(__NR_pause);
    expect("pause", "-", "EINTR", 1, 0);
}
