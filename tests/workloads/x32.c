// Calls with the x32 bit: most kernels answer ENOSYS.
#include "workload.h"

static void run(int argc, char **argv)
{
    word result = 0;
    for (int i = 0; i < 3; i++) result = CALL0(0x40000000 | __NR_getppid);
    expect("x32:getppid", "-", result == -ENOSYS ? "ENOSYS" : "success", 3, 0);
    for (int i = 0; i < 2; i++) result = CALL3(0x40000000 | 514, -1, 0x5401, 0);
    expect("x32:ioctl", "cmd=0x5401", result == -ENOSYS ? "ENOSYS" : "EBADF", 2, 0);
    for (int i = 0; i < 4; i++) CALL0(__NR_getppid);
    expect("getppid", "-", "success", 4, 0);
}
