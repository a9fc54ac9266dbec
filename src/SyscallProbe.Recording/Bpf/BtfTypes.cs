using System.Buffers.Binary;
using System.Text;
using static SyscallProbe.Recording.Interop.BtfHeader;

namespace SyscallProbe.Recording.Bpf;

/// <summary>The kernel's description of its own types: ids by name, and where the members of a struct lie.</summary>
/// <remarks>
/// Makes byte code fit the running kernel without headers: offsets are looked up and assembled in. Layout:
/// <code>
///  header (24)                     types                                   strings
/// +-------------------------------+---------------------------------------+--------------------+
/// | magic, lengths, offsets       | name, info, size|type, then by kind   | NUL-terminated     |
/// +-------------------------------+---------------------------------------+--------------------+
///                                   info: vlen 0..15, kind 24..28, kind_flag 31
/// </code>
/// include/uapi/linux/btf.h, Documentation/bpf/btf.rst (v6.18).
/// </remarks>
sealed class BtfTypes
{
    /// <summary>Where the running kernel offers its own.</summary>
    public const string KernelPath = "/sys/kernel/btf/vmlinux";

    const int HeaderSize = 24, TypeSize = 12, MemberSize = 12, ParameterSize = 8;

    readonly byte[] _bytes;
    readonly int _strings;
    readonly int _stringsEnd;
    readonly List<int> _types = [0]; // byte offset by type id; id 0 is void
    readonly Dictionary<(int Kind, string Name), int?> _found = []; // a search goes through some 100,000 types, and few structs are asked for again and again

    BtfTypes(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != BTF_MAGIC) throw Damaged("no BTF magic 0xeb9f", 0);
        long header = U32(4), types = header + U32(8), typesEnd = types + U32(12), strings = header + U32(16), stringsEnd = strings + U32(20);
        if (typesEnd > bytes.Length || stringsEnd > bytes.Length) throw Damaged("a section ends behind the file", 8);
        _strings = (int)strings;
        _stringsEnd = (int)stringsEnd;
        int at = (int)types, end = (int)typesEnd;
        while (at < end)
        {
            if (end - at < TypeSize) throw Damaged("a type is cut off", at);
            _types.Add(at);
            at += TypeSize + Trailing(at);
        }
        if (at != end) throw Damaged("a type is cut off", at);
    }

    /// <summary>Number of types, without void.</summary>
    public int Count => _types.Count - 1;

    /// <exception cref="FailureException">The bytes are not BTF (<see cref="FailureCode.BadInput"/>).</exception>
    public static BtfTypes Parse(byte[] bytes) => new(bytes);

    /// <summary>Finds the type that a tp_btf program of a tracepoint is attached by, or null when the kernel has no such tracepoint.</summary>
    public int? TracepointId(string tracepoint) => Find(BTF_KIND_TYPEDEF, "btf_trace_" + tracepoint);

    /// <summary>Id of <c>struct name</c>, or null when the kernel has none.</summary>
    public int? StructId(string name) => Find(BTF_KIND_STRUCT, name);

    /// <summary>Id of a function, or null when the kernel has none of that name.</summary>
    public int? FunctionId(string name) => Find(BTF_KIND_FUNC, name);

    /// <summary>Whether the kernel has the tracepoint and its argument, counted from 0, is a pointer to <c>struct name</c>.</summary>
    public bool ArgumentPointsTo(string tracepoint, int index, string name) =>
        ArgumentOf(tracepoint, index) is { } argument && KindOf(argument) == BTF_KIND_PTR && Resolve((int)U32(_types[argument] + 8)) is > 0 and var pointed
        && pointed == Find(BTF_KIND_STRUCT, name);

    /// <summary>Whether the kernel has the tracepoint and its argument, counted from 0, is a number of so many bytes.</summary>
    public bool ArgumentIsNumber(string tracepoint, int index, int bytes) =>
        ArgumentOf(tracepoint, index) is { } argument && KindOf(argument) == BTF_KIND_INT && SizeOf(argument) == bytes;

    /// <summary>Whether <c>struct name</c> has the member; a kernel may lack it by version or configuration.</summary>
    public bool HasMember(string name, string path) => TryLocate(name, path, out _, out _);

    /// <summary>Byte offset of a member within <c>struct name</c>.</summary>
    /// <param name="path">Names joined by dots; anonymous structs and unions are looked through; an index in brackets picks an array's element.</param>
    /// <exception cref="FailureException">The kernel has no such struct or member (<see cref="FailureCode.NoPermission"/>).</exception>
    public int OffsetOf(string name, string path)
    {
        if (TryLocate(name, path, out var offset, out _)) return offset;
        throw new FailureException(new Failure(
            FailureCode.NoPermission, $"the kernel has no struct member {name}.{path}, which the eBPF recorder needs", KernelPath,
            "use a kernel from 5.15 on"));
    }

    int? ArgumentOf(string tracepoint, int index)
    {
        // void (*)(void *data, arguments...): in the type of the function a name and a type for each.
        if (TracepointId(tracepoint) is not { } id) return null;
        var pointer = Resolve(id);
        var function = KindOf(pointer) == BTF_KIND_PTR ? Resolve((int)U32(_types[pointer] + 8)) : 0;
        if (KindOf(function) != BTF_KIND_FUNC_PROTO || (U32(_types[function] + 4) & 0xffff) < 2 + (uint)index) return null;
        return Resolve((int)U32(_types[function] + TypeSize + ParameterSize * (1 + index) + 4));
    }

    bool TryLocate(string name, string path, out int offset, out int type)
    {
        offset = 0;
        type = Find(BTF_KIND_STRUCT, name) ?? 0;
        if (type == 0) return false;
        foreach (var step in path.Split('.'))
        {
            var bracket = step.IndexOf('[', StringComparison.Ordinal);
            var member = Encoding.UTF8.GetBytes(bracket < 0 ? step : step[..bracket]);
            if (!FindMember(type, member, 0, out var at, out type)) return false;
            offset += at;
            if (bracket < 0) continue;
            var array = Resolve(type);
            if (KindOf(array) != BTF_KIND_ARRAY) return false;
            type = (int)U32(_types[array] + TypeSize);
            offset += int.Parse(step.AsSpan(bracket + 1, step.Length - bracket - 2), provider: null) * SizeOf(type);
        }
        return true;
    }

    int? Find(int kind, string name)
    {
        if (!_found.TryGetValue((kind, name), out var id)) _found[(kind, name)] = id = Search(kind, name);
        return id;
    }

    int? Search(int kind, string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        for (var id = 1; id < _types.Count; id++)
        {
            if (KindOf(id) == kind && NameAt(_types[id]).SequenceEqual(wanted)) return id;
        }
        return null;
    }

    bool FindMember(int type, ReadOnlySpan<byte> name, int depth, out int offset, out int memberType)
    {
        offset = memberType = 0;
        var id = Resolve(type);
        if (KindOf(id) is not (BTF_KIND_STRUCT or BTF_KIND_UNION) || depth > 16) return false;
        var info = U32(_types[id] + 4);
        for (var i = 0; i < (int)(info & 0xffff); i++)
        {
            var at = _types[id] + TypeSize + i * MemberSize;
            // With kind_flag the upper byte is the size of a bit field.
            var bits = info >> 31 != 0 ? U32(at + 8) & 0xffffff : U32(at + 8);
            memberType = (int)U32(at + 4);
            var found = NameAt(at);
            if (found.SequenceEqual(name))
            {
                offset = (int)(bits / 8);
                return true;
            }
            if (found.IsEmpty && FindMember(memberType, name, depth + 1, out var inner, out memberType))
            {
                offset = (int)(bits / 8) + inner;
                return true;
            }
        }
        return false;
    }

    // Through typedefs and qualifiers; a cycle in damaged input ends as void.
    int Resolve(int id)
    {
        for (var steps = 0; steps < 32; steps++)
        {
            if (KindOf(id) is not (BTF_KIND_TYPEDEF or BTF_KIND_VOLATILE or BTF_KIND_CONST or BTF_KIND_RESTRICT or BTF_KIND_TYPE_TAG)) return id;
            id = (int)U32(_types[id] + 8);
        }
        return 0;
    }

    int SizeOf(int type)
    {
        var id = Resolve(type);
        return KindOf(id) == BTF_KIND_PTR ? sizeof(ulong) : (int)U32(_types[id] + 8);
    }

    int KindOf(int id)
    {
        if ((uint)id >= (uint)_types.Count) throw Damaged($"type id {id} of {Count}", 0);
        return id == 0 ? 0 : (int)(U32(_types[id] + 4) >> 24 & 31);
    }

    int Trailing(int at)
    {
        var info = U32(at + 4);
        var elements = (int)(info & 0xffff);
        return (int)(info >> 24 & 31) switch
        {
            BTF_KIND_INT or BTF_KIND_VAR or BTF_KIND_DECL_TAG => 4,
            BTF_KIND_ARRAY => 12,
            BTF_KIND_STRUCT or BTF_KIND_UNION or BTF_KIND_DATASEC or BTF_KIND_ENUM64 => elements * 12,
            BTF_KIND_ENUM or BTF_KIND_FUNC_PROTO => elements * 8,
            BTF_KIND_PTR or BTF_KIND_FWD or BTF_KIND_TYPEDEF or BTF_KIND_VOLATILE or BTF_KIND_CONST or BTF_KIND_RESTRICT
                or BTF_KIND_FUNC or BTF_KIND_FLOAT or BTF_KIND_TYPE_TAG => 0,
            var kind => throw Damaged($"type kind {kind} is not known", at),
        };
    }

    ReadOnlySpan<byte> NameAt(int at)
    {
        var start = _strings + (long)U32(at);
        if (start >= _stringsEnd) throw Damaged("a name lies outside the strings", at);
        var rest = _bytes.AsSpan((int)start, _stringsEnd - (int)start);
        var length = rest.IndexOf((byte)0);
        return length < 0 ? rest : rest[..length];
    }

    uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at, 4));

    static FailureException Damaged(string what, int at) =>
        new(new Failure(FailureCode.BadInput, $"the kernel's BTF is damaged: {what}", $"{KernelPath}, byte {at}"));
}
