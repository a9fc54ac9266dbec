// loop KIND COUNT: does so much of one kind and prints the nanoseconds that each took, of time and of its own and its children's processor time.
// It looks at the clocks itself, so that no tool's start-up is in it.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[64];

static double seconds_of(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

static double wall(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static double cpu(void)
{
    struct timespec time;
    struct rusage children;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    getrusage(RUSAGE_CHILDREN, &children);
    return time.tv_sec * 1e9 + time.tv_nsec + (seconds_of(children.ru_utime) + seconds_of(children.ru_stime)) * 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void getppid_loop(long count)
{
    for (long i = 0; i < count; i++) syscall(SYS_getppid);
}

static int from, to;

static void dd_prepare(long count)
{
    (void)count;
    from = open("/dev/zero", O_RDONLY), to = open("/dev/null", O_WRONLY);
}

static void dd(long count)
{
    char byte;
    for (long i = 0; i < count / 2; i++)
        if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1) fail("read or write");
}

static void fcntl_loop(long count)
{
    for (long i = 0; i < count; i++) syscall(SYS_fcntl, 0, F_GETFD);
}

static void send_prepare(long count)
{
    (void)count;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) fail("socketpair");
    from = ends[0], to = ends[1];
}

// A send and the recvfrom that makes room for the next.
static void send_loop(long count)
{
    char byte = 0;
    for (long i = 0; i < count / 2; i++)
        if (send(to, &byte, 1, 0) != 1 || recv(from, &byte, 1, 0) != 1) fail("send or recv");
}

static void fork_storm(long count)
{
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child) fail("fork");
    }
}

enum { THREADS = 64, FILES = 100 };

static void walk_prepare(long count)
{
    (void)count;
    char path[128];
    strcpy(folder, "/tmp/loop-XXXXXX");
    if (!mkdtemp(folder)) fail("mkdtemp");
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/file%d", folder, i);
        int fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd < 0) fail(path);
        close(fd);
    }
}

static void *walker(void *files)
{
    struct stat status;
    for (long left = (long)files; left > 0;) {
        DIR *list = opendir(folder);
        if (!list) fail(folder);
        for (struct dirent *entry; left > 0 && (entry = readdir(list));) {
            if (entry->d_name[0] == '.') continue;
            int fd = openat(dirfd(list), entry->d_name, O_RDONLY);
            if (fd < 0 || fstatat(dirfd(list), entry->d_name, &status, 0) != 0) fail(entry->d_name);
            close(fd);
            left--;
        }
        closedir(list);
    }
    return NULL;
}

static void walk(long count)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, walker, (void *)(count / THREADS)) != 0) fail("pthread_create");
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static pid_t start(char **command, int output)
{
    pid_t child = fork();
    if (child != 0) return child;
    dup2(output, 1);
    execvp(command[0], command);
    fail(command[0]);
    return -1;
}

static char address[96];
static pid_t server;

static void redis_prepare(long count)
{
    (void)count;
    strcpy(folder, "/tmp/loop-XXXXXX");
    if (!mkdtemp(folder)) fail("mkdtemp");
    snprintf(address, sizeof address, "%s/redis", folder);
    char *command[] = {"redis-server", "--port", "0", "--unixsocket", address, "--save", "", "--loglevel", "warning", NULL};
    server = start(command, open("/dev/null", O_WRONLY));
    for (int i = 0; access(address, F_OK) != 0; i++) {
        if (i == 10000) fail("redis-server");
        usleep(1000);
    }
}

static void redis(long count)
{
    char number[24];
    snprintf(number, sizeof number, "%ld", count);
    char *command[] = {"redis-benchmark", "-s", address, "-t", "set", "-n", number, "-q", NULL};
    int status;
    pid_t client = start(command, open("/dev/null", O_WRONLY));
    if (waitpid(client, &status, 0) != client || status != 0) fail("redis-benchmark");
}

static void redis_end(void)
{
    kill(server, 9);
    waitpid(server, NULL, 0);
    unlink(address);
    rmdir(folder);
}

static void walk_end(void)
{
    char path[128];
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/file%d", folder, i);
        unlink(path);
    }
    rmdir(folder);
}

static const struct {
    const char *name;
    void (*prepare)(long count);
    void (*run)(long count);
    void (*end)(void);
} kinds[] = {
    {"getppid", NULL, getppid_loop, NULL}, {"dd", dd_prepare, dd, NULL}, {"fcntl", NULL, fcntl_loop, NULL}, {"send", send_prepare, send_loop, NULL},
    {"fork", NULL, fork_storm, NULL}, {"walk", walk_prepare, walk, walk_end}, {"redis", redis_prepare, redis, redis_end},
};

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    long count = atol(argv[2]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(argv[1], kinds[i].name) != 0) continue;
        if (kinds[i].prepare) kinds[i].prepare(count);
        double start_wall = wall(), start_cpu = cpu();
        kinds[i].run(count);
        double end_wall = wall(), end_cpu = cpu();
        if (kinds[i].end) {
            kinds[i].end();
            if (server) end_cpu = cpu();
        }
        printf("%.2f %.2f\n", (end_wall - start_wall) / count, (end_cpu - start_cpu) / count);
        return 0;
    }
    return 2;
}
