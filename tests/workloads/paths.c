// Paths that decide are recorded, others are not; of two paths the one that decides.
#include "workload.h"

static char path[512];

static void run(int argc, char **argv)
{
    for (int i = 0; i < 37; i++) CALL1(__NR_close, CALL3(__NR_open, "/proc/self/stat", 0, 0));
    expect("open", "flags=0", "success", 37, "/proc/self/stat");
    expect("close", "-", "success", 37 + 3 + 1, 0);
    for (int i = 0; i < 11; i++) CALL4(__NR_openat, -100, "/sys/nonexist", 0x80000, 0);
    expect("openat", "flags=0x80000", "ENOENT", 11, "/sys/nonexist");
    for (int i = 0; i < 3; i++) CALL1(__NR_close, CALL4(__NR_openat, -100, "/", 0x90000, 0));
    expect("openat", "flags=0x90000", "success", 3, 0);
    for (int i = 0; i < 2; i++) CALL4(__NR_openat, -100, "relative/nonexist", 0, 0);
    expect("openat", "flags=0", "ENOENT", 2, "relative/nonexist");
    CALL1(__NR_close, CALL3(__NR_open, "/dev/null", 2, 0));
    expect("open", "flags=2", "success", 1, "/dev/null");
    // Processes are not told apart, whatever the length of their number.
    CALL2(__NR_access, "/proc/1/no/such", 0);
    CALL2(__NR_access, "/proc/4194303/no/such", 0);
    CALL2(__NR_access, "/proc/4194302", 0);
    CALL2(__NR_access, "/proc/123/task/456/no", 0);
    expect("access", "mode=0", "ENOENT", 2, "/proc/[pid]/no/such");
    expect("access", "mode=0", "ENOENT", 1, "/proc/[pid]");
    expect("access", "mode=0", "ENOENT", 1, "/proc/[pid]/task/[pid]/no");
    CALL2(__NR_access, "/proc/77x", 0);
    expect("access", "mode=0", "ENOENT", 1, "/proc/77x");
    CALL2(__NR_access, "/processes", 0);
    expect("access", "mode=0", "ENOENT", 1, "/processes");
    CALL2(__NR_access, "/proc", 0);
    expect("access", "mode=0", "success", 1, "/proc");
    CALL2(__NR_access, "/", 0);
    expect("access", "mode=0", "success", 1, 0);
    CALL2(__NR_access, "", 0);
    CALL2(__NR_access, 16, 0);
    expect("access", "mode=0", "EFAULT", 1, 0);
    CALL2(__NR_rename, "/nonexist", "/proc/nonexist");
    expect("rename", "-", "EXDEV", 1, "/proc/nonexist");
    CALL2(__NR_rename, "/nonexist", "/nonexist2");
    expect("rename", "-", "ENOENT", 1, "/nonexist");
    // A path may be left out: that is no path, and no failure to read one.
    CALL4(__NR_utimensat, -1, 0, 0, 0);
    expect("utimensat", "flags=0", "EBADF", 1, 0);
    CALL5(__NR_mount, 0, "/nonexistent", 0, 0, 0);
    expect("mount", "type=NULL,flags=0", "ENOENT", 1, "/nonexistent");
    // 255 bytes fit; of a longer path, that much and an ellipsis.
    for (int i = 0; i < 300; i++) path[i] = i % 5 ? 'a' : '/';
    path[255] = 0;
    CALL1(__NR_unlink, path);
    expect("unlink", "-", "ENOENT", 1, path);
    path[255] = 'b';
    CALL1(__NR_unlink, path);
    path[256] = 0;
    append("unlink - ENOENT 1 ");
    append(path);
    append("\xe2\x80\xa6\n");
    expect("access", "mode=0", "ENOENT", 1, "");
}
