// Texts of which a class is recorded: known, unknown, empty, too long, left out, and where nothing can be read. All in mounts of its own.
#include "workload.h"

static char longest[6000];

static void fill(const char *beginning, int length)
{
    int i = 0;
    for (; beginning[i]; i++) longest[i] = beginning[i];
    for (; i < length; i++) longest[i] = 'x';
    longest[i] = 0;
}

static void run(int argc, char **argv)
{
    require(CALL1(__NR_unshare, 0x20000) == 0); // CLONE_NEWNS
    expect("unshare", "unshare_flags=0x20000", "success", 1, 0);
    require(CALL5(__NR_mount, 0, "/", 0, 0x44000, 0) == 0); // MS_REC|MS_PRIVATE
    expect("mount", "type=NULL,flags=0x44000", "success", 1, 0);

    for (int i = 0; i < 5; i++) CALL5(__NR_mount, "none", "/mnt", "tmpfs", 0, 0);
    expect("mount", "type=tmpfs,flags=0", "success", 5, 0);
    for (int i = 0; i < 3; i++) CALL5(__NR_mount, "none", "/mnt", "tmpfs", 2, 0);
    expect("mount", "type=tmpfs,flags=2", "success", 3, 0);
    CALL5(__NR_mount, "/dev/any", "/mnt", "proc", 0, 0);
    expect("mount", "type=proc,flags=0", "success", 1, "/dev/any");
    CALL5(__NR_mount, "none", "/mnt", "tmpfs", 0, 0);
    expect("mount", "type=tmpfs,flags=0", "success", 1, 0);
    // However many names there are, they are one kind of call.
    for (int i = 0; i < 100; i++) {
        char type[] = "tmpfs\0no-such-00";
        type[5] = '-';
        type[14] = '0' + i / 10;
        type[15] = '0' + i % 10;
        CALL5(__NR_mount, "none", "/mnt", type, 0, 0);
    }
    CALL5(__NR_mount, "none", "/mnt", "tmp", 0, 0);
    CALL5(__NR_mount, "none", "/mnt", "NULL", 0, 0);
    fill("tmpfs", 43);
    CALL5(__NR_mount, "none", "/mnt", longest, 0, 0);
    expect("mount", "type=*,flags=0", "ENODEV", 103, "none");
    fill("tmpfs", 5000);
    CALL5(__NR_mount, "none", "/mnt", longest, 0, 0);
    expect("mount", "type=*,flags=0", "EINVAL", 1, "none");
    CALL5(__NR_mount, "none", "/mnt", "", 0, 0);
    expect("mount", "type=,flags=0", "ENODEV", 1, "none");
    CALL5(__NR_mount, "none", "/mnt", 0, 0, 0);
    expect("mount", "type=NULL,flags=0", "EINVAL", 1, "none");
    CALL5(__NR_mount, "none", "/mnt", 16, 0, 0);
    expect("mount", "flags=0", "EFAULT", 1, "none");

    for (int i = 0; i < 4; i++) CALL5(__NR_setxattr, "/mnt", i % 2 ? "trusted.a" : "trusted.b", "v", 1, 0);
    expect("setxattr", "name=trusted.*,flags=0", "success", 4, 0);
    CALL5(__NR_setxattr, "/mnt", "trusted.overlay.opaque", "y", 1, 1);
    expect("setxattr", "name=trusted.overlay.*,flags=1", "success", 1, 0);
    CALL5(__NR_setxattr, "/mnt", "nospace", "v", 1, 0);
    expect("setxattr", "name=*,flags=0", "EOPNOTSUPP", 1, "/mnt");
    CALL5(__NR_setxattr, "/mnt", "", "v", 1, 0);
    expect("setxattr", "name=,flags=0", "ERANGE", 1, "/mnt");
    fill("user.", 300);
    CALL5(__NR_setxattr, "/mnt", longest, "v", 1, 0);
    expect("setxattr", "name=user.*,flags=0", "ERANGE", 1, "/mnt");
    CALL5(__NR_setxattr, "/mnt", 0, "v", 1, 0);
    expect("setxattr", "name=NULL,flags=0", "EFAULT", 1, "/mnt");
    CALL5(__NR_setxattr, "/mnt", 16, "v", 1, 0);
    expect("setxattr", "flags=0", "EFAULT", 1, "/mnt");
    CALL4(__NR_getxattr, "/mnt", "security.capability", 0, 0);
    expect("getxattr", "name=security.capability", "ENODATA", 1, "/mnt");
    CALL2(__NR_lremovexattr, "/mnt", "trusted.a");
    expect("lremovexattr", "name=trusted.*", "success", 1, 0);
    long folder = CALL4(__NR_openat, AT_FDCWD, "/mnt", O_DIRECTORY, 0);
    expect("openat", "flags=" TEXT_OF(O_DIRECTORY), "success", 1, 0);
    CALL4(__NR_fgetxattr, folder, "trusted.b", 0, 0);
    expect("fgetxattr", "fd=2,name=trusted.*", "success", 1, 0);

    CALL5(__NR_add_key, "user", "workload", "v", 1, -1);
    expect("add_key", "_type=user", "success", 1, 0);
    CALL5(__NR_add_key, "no-such", "workload", "v", 1, -1);
    expect("add_key", "_type=*", "ENODEV", 1, 0);
    CALL2(__NR_fsopen, "tmpfs", 1);
    expect("fsopen", "_fs_name=tmpfs,flags=1", "success", 1, 0);
}
