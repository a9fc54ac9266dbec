using System.Buffers.Binary;
using SyscallProbe.Traces;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf;

/// <summary>The tables of one recorder.</summary>
sealed class RecorderMaps : IDisposable
{
    readonly List<BpfMap> _maps = [];
    Phase _phase;
    bool _isAttaching;

    public RecorderMaps(BpfRecorderOptions options)
    {
        try
        {
            // Preallocated, so that an insertion never fails for want of memory but only when the table is full.
            Counts = Keep(BpfMap.Create(BPF_MAP_TYPE_PERCPU_HASH, "sp_counts", KeyBytes, sizeof(ulong), options.MaxKinds));
            Paths = Keep(BpfMap.Create(BPF_MAP_TYPE_HASH, "sp_paths", PathKeyBytes, sizeof(ulong), options.MaxPaths));
            Executables = Keep(BpfMap.Create(BPF_MAP_TYPE_HASH, "sp_executables", PathBytes, sizeof(uint), options.MaxExecutables));
            Fast = Keep(BpfMap.Create(BPF_MAP_TYPE_PERCPU_ARRAY, "sp_fast", sizeof(uint), FastNumbers * sizeof(ulong), FastPhases * FastExecutables));
            Specs = Keep(BpfMap.Create(BPF_MAP_TYPE_ARRAY, "sp_specs", sizeof(uint), SpecTable.Bytes, 1));
            Control = Keep(BpfMap.Create(BPF_MAP_TYPE_ARRAY, "sp_control", sizeof(uint), ControlBytes, 1));
            Phase = Keep(BpfMap.Create(BPF_MAP_TYPE_ARRAY, "sp_phase", sizeof(uint), PhaseBytes, 1));
            Scratch = Keep(BpfMap.Create(BPF_MAP_TYPE_PERCPU_ARRAY, "sp_scratch", sizeof(uint), ScratchBytes + (options.TakesStacks ? StackNote.Bytes : 0), 1));
            Conditions = Keep(BpfMap.Create(BPF_MAP_TYPE_HASH, "sp_conditions", ConditionBytes, sizeof(uint), 1024));
            Texts = Keep(BpfMap.Create(BPF_MAP_TYPE_LPM_TRIE, "sp_texts", TextKeyBytes, sizeof(ulong), 1024, BPF_F_NO_PREALLOC));
            Namespaces = Keep(BpfMap.Create(BPF_MAP_TYPE_HASH, "sp_namespaces", sizeof(uint), sizeof(uint), 256));
            Tasks = Keep(BpfMap.CreateTaskStorage("sp_tasks", TaskBytes));
            if (options.TakesStacks) Stacks = Keep(BpfMap.Create(BPF_MAP_TYPE_RINGBUF, "sp_stacks", 0, 0, StackNote.RingBytes));
            SetPhase(Traces.Phase.Startup);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Executables with a row of their own in the fast table; calls of later ones are counted in <see cref="Counts"/>. A power of two.</summary>
    public const int FastExecutables = 16;

    /// <summary>Phases in the fast table: all but init, in which nothing is counted.</summary>
    public const int FastPhases = 3;

    // One byte more than a path's 256, so that a path which is longer is seen to be.
    public const int ScratchBytes = PathKeyBytes + 8;

    /// <summary>Counters by key, one a CPU.</summary>
    public BpfMap Counts { get; }

    /// <summary>Counters by key and path.</summary>
    public BpfMap Paths { get; }

    /// <summary>Ids of executables by path.</summary>
    public BpfMap Executables { get; }

    /// <summary>Counters of calls that have no key argument and succeed, by phase and executable, then number.</summary>
    public BpfMap Fast { get; }

    public BpfMap Specs { get; }

    /// <summary>Values of an argument with which another one is recorded.</summary>
    public BpfMap Conditions { get; }

    /// <summary>Classes of texts, found by the longest beginning.</summary>
    public BpfMap Texts { get; }

    public BpfMap Control { get; }

    public BpfMap Phase { get; }

    /// <summary>Room for what does not fit on the stack of 512 bytes.</summary>
    public BpfMap Scratch { get; }

    /// <summary>Mount and PID namespaces, by inode number, in which an exec is armed.</summary>
    public BpfMap Namespaces { get; }

    public BpfMap Tasks { get; }

    /// <summary>Ring of <see cref="StackNote"/>s; null where no stacks are taken.</summary>
    public BpfMap? Stacks { get; }

    public void SetPhase(Phase phase)
    {
        _phase = phase;
        WritePhase();
    }

    /// <summary>Whether children of processes that are not marked yet are looked at: see <see cref="Programs.ForkWriter"/>.</summary>
    public void SetAttaching(bool isAttaching)
    {
        _isAttaching = isAttaching;
        WritePhase();
    }

    void WritePhase()
    {
        var phase = _phase;
        Span<byte> value = stackalloc byte[PhaseBytes];
        value.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(value[PhaseValue..], (int)phase);
        BinaryPrimitives.WriteInt32LittleEndian(value[PhaseRow..], FastRow(phase, 0));
        BinaryPrimitives.WriteInt32LittleEndian(value[PhaseAttaching..], _isAttaching ? 1 : 0);
        Phase.Update(0, value);
    }

    /// <summary>The row of the fast table for an executable below <see cref="FastExecutables"/>.</summary>
    public static int FastRow(Phase phase, int executable) => ((int)phase - (int)Traces.Phase.Startup) * FastExecutables + executable;

    public void Dispose()
    {
        foreach (var map in _maps) map.Dispose();
    }

    BpfMap Keep(BpfMap map)
    {
        _maps.Add(map);
        return map;
    }
}
