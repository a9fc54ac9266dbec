using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SyscallProbe.Recording.Interop;

// The members of union bpf_attr that are used, with the C names of their fields (include/uapi/linux/bpf.h, v6.18). Pointers are
// __aligned_u64 there. Each struct ends where the kernel may stop reading: a shorter attr means zeros to it.

/// <summary>A C array of BPF_OBJ_NAME_LEN characters.</summary>
[InlineArray(BpfHeader.BPF_OBJ_NAME_LEN)]
struct BpfObjectName
{
    byte _first;

    /// <summary>Copies an ASCII name, cut so that a NUL remains.</summary>
    public BpfObjectName(string name)
    {
        for (var i = 0; i < Math.Min(name.Length, BpfHeader.BPF_OBJ_NAME_LEN - 1); i++) this[i] = (byte)name[i];
    }
}

/// <summary>The anonymous struct of <c>BPF_MAP_CREATE</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfMapCreate
{
    public uint map_type;
    public uint key_size;
    public uint value_size;
    public uint max_entries;
    public uint map_flags;
    public uint inner_map_fd;
    public uint numa_node;
    public BpfObjectName map_name;
    public uint map_ifindex;
    public uint btf_fd;
    public uint btf_key_type_id;
    public uint btf_value_type_id;
    public uint btf_vmlinux_value_type_id;
    public ulong map_extra;
}

/// <summary>The anonymous struct of <c>BPF_MAP_*_ELEM</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfMapElement
{
    public uint map_fd;
    public ulong key;
    public ulong value;
    public ulong flags;
}

/// <summary>Struct <c>batch</c> of <c>BPF_MAP_*_BATCH</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfMapBatch
{
    public ulong in_batch;
    public ulong out_batch;
    public ulong keys;
    public ulong values;
    public uint count;
    public uint map_fd;
    public ulong elem_flags;
    public ulong flags;
}

/// <summary>The anonymous struct of <c>BPF_PROG_LOAD</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfProgramLoad
{
    public uint prog_type;
    public uint insn_cnt;
    public ulong insns;
    public ulong license;
    public uint log_level;
    public uint log_size;
    public ulong log_buf;
    public uint kern_version;
    public uint prog_flags;
    public BpfObjectName prog_name;
    public uint prog_ifindex;
    public uint expected_attach_type;
    public uint prog_btf_fd;
    public uint func_info_rec_size;
    public ulong func_info;
    public uint func_info_cnt;
    public uint line_info_rec_size;
    public ulong line_info;
    public uint line_info_cnt;
    public uint attach_btf_id;
}

/// <summary>Struct <c>raw_tracepoint</c> of <c>BPF_RAW_TRACEPOINT_OPEN</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfRawTracepoint
{
    public ulong name;
    public uint prog_fd;
}

/// <summary>The anonymous struct of <c>BPF_BTF_LOAD</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfBtfLoad
{
    public ulong btf;
    public ulong btf_log_buf;
    public uint btf_size;
    public uint btf_log_size;
    public uint btf_log_level;
}

/// <summary>Struct <c>info</c> of <c>BPF_OBJ_GET_INFO_BY_FD</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct BpfObjectInfo
{
    public uint bpf_fd;
    public uint info_len;
    public ulong info;
}

/// <summary><c>struct bpf_prog_info</c>: only the run statistics are read.</summary>
[StructLayout(LayoutKind.Explicit, Size = 224)]
struct BpfProgramInfo
{
    [FieldOffset(0)]
    public uint type;

    [FieldOffset(192)]
    public ulong run_time_ns;

    [FieldOffset(200)]
    public ulong run_cnt;

    /// <summary>Times that the program was skipped because it ran on that CPU already.</summary>
    [FieldOffset(208)]
    public ulong recursion_misses;
}
