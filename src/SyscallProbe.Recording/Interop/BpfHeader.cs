namespace SyscallProbe.Recording.Interop;

/// <summary>Constants of <c>include/uapi/linux/bpf.h</c> (v6.18), under the names they have there.</summary>
/// <remarks>The interop proof of the tests compiles an assertion for each of them against the installed header.</remarks>
static class BpfHeader
{
    // enum bpf_cmd
    public const int BPF_MAP_CREATE = 0;
    public const int BPF_MAP_LOOKUP_ELEM = 1;
    public const int BPF_MAP_UPDATE_ELEM = 2;
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_OBJ_GET_INFO_BY_FD = 15;
    public const int BPF_RAW_TRACEPOINT_OPEN = 17;
    public const int BPF_BTF_LOAD = 18;
    public const int BPF_MAP_LOOKUP_BATCH = 24;

    // enum bpf_map_type
    public const int BPF_MAP_TYPE_HASH = 1;
    public const int BPF_MAP_TYPE_ARRAY = 2;
    public const int BPF_MAP_TYPE_PERCPU_HASH = 5;
    public const int BPF_MAP_TYPE_PERCPU_ARRAY = 6;
    public const int BPF_MAP_TYPE_LPM_TRIE = 11;
    public const int BPF_MAP_TYPE_RINGBUF = 27;
    public const int BPF_MAP_TYPE_TASK_STORAGE = 29;

    // enum bpf_prog_type, enum bpf_attach_type
    public const int BPF_PROG_TYPE_TRACING = 26;
    public const int BPF_TRACE_RAW_TP = 23;

    // flags of BPF_MAP_CREATE and BPF_MAP_UPDATE_ELEM
    public const int BPF_F_NO_PREALLOC = 1 << 0;
    public const int BPF_ANY = 0;
    public const int BPF_NOEXIST = 1;

    // flag of bpf_task_storage_get
    public const int BPF_LOCAL_STORAGE_GET_F_CREATE = 1 << 0;

    // flag of bpf_get_task_stack
    public const int BPF_F_USER_STACK = 1 << 8;

    // header of a record in a ring buffer
    public const uint BPF_RINGBUF_BUSY_BIT = 1u << 31;
    public const uint BPF_RINGBUF_DISCARD_BIT = 1u << 30;
    public const int BPF_RINGBUF_HDR_SZ = 8;

    public const int BPF_OBJ_NAME_LEN = 16;

    // instruction classes
    public const byte BPF_LD = 0x00;
    public const byte BPF_LDX = 0x01;
    public const byte BPF_ST = 0x02;
    public const byte BPF_STX = 0x03;
    public const byte BPF_ALU = 0x04;
    public const byte BPF_JMP = 0x05;
    public const byte BPF_RET = 0x06;
    public const byte BPF_ALU64 = 0x07;

    // sizes and modes of loads and stores
    public const byte BPF_W = 0x00;
    public const byte BPF_H = 0x08;
    public const byte BPF_B = 0x10;
    public const byte BPF_DW = 0x18;
    public const byte BPF_IMM = 0x00;
    public const byte BPF_ABS = 0x20;
    public const byte BPF_MEM = 0x60;
    public const byte BPF_ATOMIC = 0xc0;
    public const byte BPF_FETCH = 0x01;

    // sources of the second operand
    public const byte BPF_K = 0x00;
    public const byte BPF_X = 0x08;

    // what the source register of a call says
    public const int BPF_PSEUDO_KFUNC_CALL = 2;

    // operations
    public const byte BPF_ADD = 0x00;
    public const byte BPF_SUB = 0x10;
    public const byte BPF_MUL = 0x20;
    public const byte BPF_OR = 0x40;
    public const byte BPF_AND = 0x50;
    public const byte BPF_LSH = 0x60;
    public const byte BPF_RSH = 0x70;
    public const byte BPF_NEG = 0x80;
    public const byte BPF_XOR = 0xa0;
    public const byte BPF_MOV = 0xb0;

    // jumps
    public const byte BPF_JA = 0x00;
    public const byte BPF_JEQ = 0x10;
    public const byte BPF_JGT = 0x20;
    public const byte BPF_JGE = 0x30;
    public const byte BPF_JSET = 0x40;
    public const byte BPF_JNE = 0x50;
    public const byte BPF_JSGT = 0x60;
    public const byte BPF_JSGE = 0x70;
    public const byte BPF_JLT = 0xa0;
    public const byte BPF_JLE = 0xb0;
    public const byte BPF_JSLT = 0xc0;
    public const byte BPF_JSLE = 0xd0;
    public const byte BPF_CALL = 0x80;
    public const byte BPF_EXIT = 0x90;

    // what the immediate of a 64-bit load is
    public const byte BPF_PSEUDO_MAP_FD = 1;
    public const byte BPF_PSEUDO_MAP_VALUE = 2;

    // enum bpf_func_id
    public const int BPF_FUNC_map_lookup_elem = 1;
    public const int BPF_FUNC_map_update_elem = 2;
    public const int BPF_FUNC_get_current_pid_tgid = 14;
    public const int BPF_FUNC_probe_read_user = 112;
    public const int BPF_FUNC_probe_read_kernel = 113;
    public const int BPF_FUNC_probe_read_user_str = 114;
    public const int BPF_FUNC_probe_read_kernel_str = 115;
    public const int BPF_FUNC_ringbuf_output = 130;
    public const int BPF_FUNC_get_task_stack = 141;
    public const int BPF_FUNC_task_storage_get = 156;
    public const int BPF_FUNC_get_current_task_btf = 158;
    public const int BPF_FUNC_task_pt_regs = 175;
}
