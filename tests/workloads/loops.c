// Calls without key arguments, that succeed and that fail, and numbers that no table has.
#include "workload.h"

static void run(int argc, char **argv)
{
    char byte;
    for (int i = 0; i < 1000; i++) CALL0(__NR_getppid);
    expect("getppid", "-", "success", 1000, 0);
    for (int i = 0; i < 7; i++) CALL1(__NR_close, -1);
    expect("close", "-", "EBADF", 7, 0);
    for (int i = 0; i < 5; i++) CALL3(__NR_read, 1000, &byte, 1);
    expect("read", "-", "EBADF", 5, 0);
    for (int i = 0; i < 3; i++) CALL0(999);
    expect("999", "-", "ENOSYS", 3, 0);
    for (int i = 0; i < 2; i++) CALL0(-1);
    expect("-1", "-", "ENOSYS", 2, 0);
    for (int i = 0; i < 4; i++) CALL0(100000);
    expect("100000", "-", "ENOSYS", 4, 0);
    // The kernel looks at the lower half of the number only.
    for (int i = 0; i < 2; i++) CALL0(0x5500000000 | __NR_getuid);
    expect("getuid", "-", "success", 2, 0);
}
