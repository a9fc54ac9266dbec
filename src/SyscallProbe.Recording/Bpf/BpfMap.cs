using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Bpf;

/// <summary>A table in the kernel that programs and this process share.</summary>
sealed unsafe class BpfMap : BpfHandle
{
    const int MostAttempts = 1000;

    readonly int _keyBytes;
    readonly int _valueBytes; // as the kernel copies it out: a per-CPU map's value times the CPUs
    readonly int _capacity;

    BpfMap(int fd, int keyBytes, int valueBytes, int capacity) : base(fd) => (_keyBytes, _valueBytes, _capacity) = (keyBytes, valueBytes, capacity);

    /// <summary>Makes a map.</summary>
    /// <param name="type">A <c>BPF_MAP_TYPE_</c>.</param>
    /// <param name="flags">Of BPF_MAP_CREATE.</param>
    /// <exception cref="FailureException">Not permitted, or out of memory.</exception>
    public static BpfMap Create(int type, string name, int keyBytes, int valueBytes, int capacity, int flags = 0)
    {
        var attribute = new BpfMapCreate
        {
            map_type = (uint)type,
            key_size = (uint)keyBytes,
            value_size = (uint)valueBytes,
            max_entries = (uint)capacity,
            map_flags = (uint)flags,
            map_name = new BpfObjectName(name),
        };
        var isPerCpu = type is BpfHeader.BPF_MAP_TYPE_PERCPU_HASH or BpfHeader.BPF_MAP_TYPE_PERCPU_ARRAY;
        return new BpfMap(Create(ref attribute, name), keyBytes, isPerCpu ? (valueBytes + 7) / 8 * 8 * Cpus.Possible : valueBytes, capacity);
    }

    /// <summary>Makes a map of values that hang on tasks and are freed with them. User space addresses a task by a pidfd.</summary>
    public static BpfMap CreateTaskStorage(string name, int valueBytes)
    {
        // The kernel wants to know the types of key and value, but for their sizes it does not care what they are.
        using var types = LoadTypes(BtfWriter.IntAndArrayOfU64(valueBytes / sizeof(ulong)));
        var attribute = new BpfMapCreate
        {
            map_type = BpfHeader.BPF_MAP_TYPE_TASK_STORAGE,
            key_size = sizeof(int),
            value_size = (uint)valueBytes,
            map_flags = BpfHeader.BPF_F_NO_PREALLOC,
            map_name = new BpfObjectName(name),
            btf_fd = (uint)types.Fd,
            btf_key_type_id = BtfWriter.IntId,
            btf_value_type_id = BtfWriter.ArrayId,
        };
        return new BpfMap(Create(ref attribute, name), sizeof(int), valueBytes, 0);
    }

    /// <summary>Sets an element, or returns false with the reason in errno.</summary>
    public bool TryUpdate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => TryUpdate(key, value, BpfHeader.BPF_ANY);

    /// <summary>Adds an element; returns false where there is one already.</summary>
    /// <exception cref="FailureException">The kernel refuses.</exception>
    public bool TryInsert(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        for (var attempt = 1; !TryUpdate(key, value, BpfHeader.BPF_NOEXIST); attempt++)
        {
            if (LibC.errno == LibC.EEXIST) return false;
            if (LibC.errno != LibC.EAGAIN || attempt == MostAttempts) throw Kernel.Failed("bpf", "BPF_MAP_UPDATE_ELEM");
            Thread.Yield();
        }
        return true;
    }

    /// <summary>Reads an element; false where there is none.</summary>
    public bool TryRead(ReadOnlySpan<byte> key, Span<byte> value)
    {
        if (key.Length != _keyBytes || value.Length != _valueBytes) throw new ArgumentException($"expected {_keyBytes} and {_valueBytes} bytes, found {key.Length} and {value.Length}");
        fixed (byte* k = key, v = value)
        {
            var attribute = new BpfMapElement { map_fd = (uint)Fd, key = (ulong)k, value = (ulong)v };
            return Kernel.Bpf(BpfHeader.BPF_MAP_LOOKUP_ELEM, ref attribute) == 0;
        }
    }

    bool TryUpdate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int flags)
    {
        if (key.Length != _keyBytes || value.Length != _valueBytes) throw new ArgumentException($"expected {_keyBytes} and {_valueBytes} bytes, found {key.Length} and {value.Length}");
        fixed (byte* k = key, v = value)
        {
            var attribute = new BpfMapElement { map_fd = (uint)Fd, key = (ulong)k, value = (ulong)v, flags = (ulong)flags };
            return Kernel.Bpf(BpfHeader.BPF_MAP_UPDATE_ELEM, ref attribute) == 0;
        }
    }

    /// <summary>Sets an element.</summary>
    /// <exception cref="FailureException">The kernel refuses.</exception>
    public void Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        // A task's storage gives EAGAIN while another recorder is at the same task: bpf_local_storage_update, kernel/bpf/bpf_local_storage.c (v6.18).
        for (var attempt = 1; !TryUpdate(key, value); attempt++)
        {
            if (LibC.errno != LibC.EAGAIN || attempt == MostAttempts) throw Kernel.Failed("bpf", "BPF_MAP_UPDATE_ELEM");
            Thread.Yield();
        }
    }

    /// <summary>Sets the element of an array.</summary>
    public void Update(int index, ReadOnlySpan<byte> value) => Update(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in index)), value);

    /// <summary>The element of an array; of a per-CPU array one value after the other.</summary>
    public byte[] Read(int index)
    {
        var value = new byte[_valueBytes];
        fixed (byte* v = value)
        {
            var attribute = new BpfMapElement { map_fd = (uint)Fd, key = (ulong)&index, value = (ulong)v };
            if (Kernel.Bpf(BpfHeader.BPF_MAP_LOOKUP_ELEM, ref attribute) != 0) throw Kernel.Failed("bpf", "BPF_MAP_LOOKUP_ELEM");
        }
        return value;
    }

    /// <summary>Visits every element of a hash; elements that come in meanwhile may be visited or not, none twice.</summary>
    /// <remarks>The programs never delete, so the walk by buckets cannot lose its place.</remarks>
    public void ForEach(Visitor visit)
    {
        // A bucket is copied as a whole: the kernel answers ENOSPC to a batch that does not hold it, and the worst case is all in one.
        var keys = new byte[_capacity * _keyBytes];
        var values = new byte[_capacity * _valueBytes];
        uint position = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            BpfMapBatch attribute;
            int result;
            fixed (byte* k = keys, v = values)
            {
                attribute = new BpfMapBatch
                {
                    in_batch = isFirst ? 0 : (ulong)&position,
                    out_batch = (ulong)&position,
                    keys = (ulong)k,
                    values = (ulong)v,
                    count = (uint)_capacity,
                    map_fd = (uint)Fd,
                };
                result = Kernel.Bpf(BpfHeader.BPF_MAP_LOOKUP_BATCH, ref attribute);
            }
            if (result != 0 && LibC.errno != LibC.ENOENT) throw Kernel.Failed("bpf", "BPF_MAP_LOOKUP_BATCH");
            for (var i = 0; i < attribute.count; i++)
            {
                visit(keys.AsSpan(i * _keyBytes, _keyBytes), values.AsSpan(i * _valueBytes, _valueBytes));
            }
            if (result != 0) return; // ENOENT: that was the last bucket
        }
    }

    public delegate void Visitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    static int Create(ref BpfMapCreate attribute, string name)
    {
        var fd = Kernel.Bpf(BpfHeader.BPF_MAP_CREATE, ref attribute);
        return fd >= 0 ? fd : throw Kernel.Failed("bpf", $"BPF_MAP_CREATE '{name}'");
    }

    static BpfHandle LoadTypes(byte[] btf)
    {
        fixed (byte* bytes = btf)
        {
            var attribute = new BpfBtfLoad { btf = (ulong)bytes, btf_size = (uint)btf.Length };
            var fd = Kernel.Bpf(BpfHeader.BPF_BTF_LOAD, ref attribute);
            return fd >= 0 ? new BpfHandle(fd) : throw Kernel.Failed("bpf", "BPF_BTF_LOAD");
        }
    }
}
