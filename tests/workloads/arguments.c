// Calls that a key argument tells apart; bits that are none must not.
#include "workload.h"

static void run(int argc, char **argv)
{
    int size;
    for (int i = 0; i < 9; i++) CALL3(__NR_ioctl, 1000 + i, 0xc020660b, i);
    expect("ioctl", "cmd=0xc020660b", "EBADF", 9, 0);
    int pair[2];
    CALL2(__NR_pipe2, pair, 0);
    expect("pipe2", "flags=0", "success", 1, 0);
    for (int i = 0; i < 6; i++) CALL3(__NR_ioctl, pair[0], 0x541b, &size);
    expect("ioctl", "fd=16,cmd=0x541b", "success", 6, 0);
    for (int i = 0; i < 4; i++) CALL3(__NR_ioctl, pair[0], 0x5401, &size);
    expect("ioctl", "fd=16,cmd=0x5401", "ENOTTY", 4, 0);
    // An int argument's upper half is no part of it.
    CALL3(__NR_ioctl, pair[0], 0x7700000000 | 0x5401, &size);
    expect("ioctl", "fd=16,cmd=0x5401", "ENOTTY", 1, 0);
    for (int i = 0; i < 13; i++) CALL1(__NR_close, CALL3(__NR_socket, 2, 1, 0));
    expect("socket", "family=2,type=1,protocol=0", "success", 13, 0);
    for (int i = 0; i < 7; i++) CALL1(__NR_close, CALL3(__NR_socket, 16, 3, 0));
    expect("socket", "family=16,type=3,protocol=0", "success", 7, 0);
    expect("close", "-", "success", 20, 0);
    for (int i = 0; i < 5; i++) CALL3(__NR_socket, 999, 1, 0);
    expect("socket", "family=999,type=1,protocol=0", "EAFNOSUPPORT", 5, 0);
    for (int i = 0; i < 3; i++) CALL3(__NR_fcntl, pair[0], 1, 0);
    expect("fcntl", "fd=16,cmd=1", "success", 3, 0);
    CALL3(__NR_fcntl, pair[0], 1031, 65536);
    expect("fcntl", "fd=16,cmd=1031", "success", 1, 0);
    // The second argument of prctl counts with some options only; with PR_SET_NAME it is a pointer.
    char name[16] = "workload";
    for (int i = 0; i < 2; i++) CALL2(__NR_prctl, 15, name + i);
    expect("prctl", "option=15", "success", 2, 0);
    CALL2(__NR_prctl, 23, 5);
    expect("prctl", "option=23,arg2=5", "success", 1, 0);
    CALL2(__NR_prctl, 12345, 0);
    expect("prctl", "option=12345", "EINVAL", 1, 0);
    for (int i = 0; i < 3; i++) CALL3(__NR_madvise, 0, 0, 9999);
    expect("madvise", "behavior=9999", "EINVAL", 3, 0);
    // Arguments in memory: struct clone_args, whose flags come first, and a pointer that leads nowhere.
    unsigned long clone_args[8] = {0x40000000, 0, 0, 0, 0x1ff};
    for (int i = 0; i < 2; i++) CALL2(__NR_clone3, clone_args, sizeof clone_args);
    expect("clone3", "flags=0x40000000", "EINVAL", 2, 0);
    // What NVIDIA's commands carry: a control command, and a class.
    unsigned nvidia[12] = {1, 2, 0x20800149, 0x71};
    for (int i = 0; i < 2; i++) CALL3(__NR_ioctl, pair[0], 0xc020462a, nvidia);
    expect("ioctl", "fd=16,cmd=0xc020462a,control=0x20800149", "ENOTTY", 2, 0);
    CALL3(__NR_ioctl, pair[0], 0xc030462b, nvidia);
    expect("ioctl", "fd=16,cmd=0xc030462b,class=0x71", "ENOTTY", 1, 0);
    CALL2(__NR_clone3, 8, sizeof clone_args);
    expect("clone3", "-", "EFAULT", 1, 0);
}
