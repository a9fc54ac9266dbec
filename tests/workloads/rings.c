// Operations that the kernel carries out for rings of io_uring: submitted by io_uring_enter, and by the kernel's own thread that polls a ring.
#include "workload.h"
#include <linux/io_uring.h>

struct ring {
    word fd;
    char *rings;
    struct io_uring_sqe *entries;
    struct io_uring_params params;
};

// mmap of a ring: PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE; the kind of file is that of other anonymous inodes.
static char *map(struct ring *ring, unsigned long bytes, unsigned long at)
{
    expect("mmap", "fd=2048,prot=3,flags=0x8001", "success", 1, 0);
    return (char *)CALL6(__NR_mmap, 0, bytes, 3, 0x8001, ring->fd, at);
}

static void open_ring(struct ring *ring, unsigned flags)
{
    ring->params.flags = flags;
    ring->params.sq_thread_idle = 100;
    ring->fd = CALL2(__NR_io_uring_setup, 16, &ring->params);
    ring->rings = map(ring, ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe) + 4096, IORING_OFF_SQ_RING);
    ring->entries = (struct io_uring_sqe *)map(ring, 16 * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
}

static struct io_uring_sqe *put(struct ring *ring, int opcode, word fd, const void *memory, unsigned length)
{
    unsigned *tail = (unsigned *)(ring->rings + ring->params.sq_off.tail), at = *tail & 15;
    struct io_uring_sqe *entry = ring->entries + at;
    for (size_t i = 0; i < sizeof *entry; i++) ((volatile char *)entry)[i] = 0;
    entry->opcode = opcode;
    entry->fd = fd;
    entry->addr = (unsigned long)memory;
    entry->len = length;
    if (opcode == IORING_OP_POLL_ADD) entry->poll32_events = 1; // POLLIN
    ((unsigned *)(ring->rings + ring->params.sq_off.array))[at] = at;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    return entry;
}

// Takes the results off the ring, so that the next call waits for its own: older kernels read a pipe in a worker, and what has no result at the end is cancelled.
static void enter(struct ring *ring, unsigned count, unsigned flags)
{
    CALL6(__NR_io_uring_enter, ring->fd, count, count, flags, 0, 0);
    unsigned *head = (unsigned *)(ring->rings + ring->params.cq_off.head), tail = __atomic_load_n((unsigned *)(ring->rings + ring->params.cq_off.tail), __ATOMIC_ACQUIRE);
    if (flags & IORING_ENTER_GETEVENTS) require(tail - *head == count);
    __atomic_store_n(head, tail, __ATOMIC_RELEASE);
}

static void run(int argc, char **argv)
{
    static struct ring plain, polled;
    static int pair[2];
    static char bytes[8];
    static struct { void *base; unsigned long length; } vector = {bytes, 2};
    CALL2(__NR_pipe2, pair, 0);
    expect("pipe2", "flags=0", "success", 1, 0);
    open_ring(&plain, 0);
    expect("io_uring_setup", "flags=0", "success", 1, 0);

    for (int i = 0; i < 5; i++) put(&plain, IORING_OP_NOP, -1, 0, 0);
    enter(&plain, 5, IORING_ENTER_GETEVENTS);
    for (int i = 0; i < 3; i++) put(&plain, IORING_OP_WRITE, pair[1], bytes, 2);
    enter(&plain, 3, IORING_ENTER_GETEVENTS);
    put(&plain, IORING_OP_POLL_ADD, pair[0], 0, 0);
    enter(&plain, 1, IORING_ENTER_GETEVENTS);
    for (int i = 0; i < 2; i++) put(&plain, IORING_OP_READV, pair[0], &vector, 1);
    enter(&plain, 2, IORING_ENTER_GETEVENTS);
    expect("io_uring_enter", "to_submit=1,flags=1", "success", 4, 0);
    for (int i = 0; i < 6; i++) enter(&plain, 0, 0);
    expect("io_uring_enter", "to_submit=0,flags=0", "success", 6, 0);
    // An opcode that the kernel does not know, and one with an argument that it does not take, are refused before they are operations.
    put(&plain, 250, -1, 0, 0);
    enter(&plain, 1, IORING_ENTER_GETEVENTS);
    put(&plain, IORING_OP_FSYNC, pair[1], bytes, 0);
    enter(&plain, 1, IORING_ENTER_GETEVENTS);
    // One that is carried out and fails.
    for (int i = 0; i < 2; i++) put(&plain, IORING_OP_WRITE, -1, bytes, 2);
    enter(&plain, 2, IORING_ENTER_GETEVENTS);
    expect("io_uring_enter", "to_submit=1,flags=1", "success", 3, 0);
    // One that says nothing where it succeeds, and one that waits for what never comes, so that it has no result.
    put(&plain, IORING_OP_NOP, -1, 0, 0)->flags = IOSQE_CQE_SKIP_SUCCESS;
    put(&plain, IORING_OP_POLL_ADD, pair[1], 0, 0);
    enter(&plain, 2, 0);
    expect("io_uring_enter", "to_submit=1,flags=0", "success", 1, 0);

    open_ring(&polled, IORING_SETUP_SQPOLL);
    expect("io_uring_setup", "flags=2", "success", 1, 0);
    for (int i = 0; i < 7; i++) put(&polled, IORING_OP_NOP, -1, 0, 0);
    put(&polled, IORING_OP_READV, pair[0], &vector, 1);
    enter(&polled, 8, IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP);
    expect("io_uring_enter", "to_submit=1,flags=3", "success", 1, 0);

    expect("io_uring_enter", "opcode=0", "success", 5 + 1 + 7, 0);
    expect("io_uring_enter", "opcode=1", "success", 2 + 1, 0);
    expect("io_uring_enter", "opcode=3", "EINVAL", 1, 0);
    expect("io_uring_enter", "opcode=6", "success", 1, 0);
    expect("io_uring_enter", "opcode=6", "never", 1, 0);
    expect("io_uring_enter", "opcode=23", "success", 3, 0);
    expect("io_uring_enter", "opcode=23", "EBADF", 2, 0);
    expect("io_uring_enter", "opcode=250", "EINVAL", 1, 0);
}
