using System.Runtime.InteropServices;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Traces;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>The counters of a recording, bounded as those of the eBPF recorder in the kernel are. Read by any thread.</summary>
/// <param name="usesFilter">Whether calls that <see cref="WatchedCalls"/> does not name are left out.</param>
sealed class CallTable(RecorderLimits limits, bool usesFilter)
{
    readonly Lock _gate = new();
    readonly Dictionary<RecordedRow, ulong> _counts = new(SameKind.Instance);
    readonly Dictionary<string, int> _executables = new(StringComparer.Ordinal);
    int _paths;
    ulong _lost, _pathsFull, _pathsUnreadable, _executablesFull, _refusedPtrace, _refusedStrictMode, _privilegesByTracer, _privilegesByFilter, _untraced;
    bool _hasFilter;

    /// <summary>What the workload is doing.</summary>
    public Phase Phase { get; set; } = Phase.Startup;

    /// <summary>Counts a call; <see cref="RecordedRow.Count"/> must be 0.</summary>
    public void Count(RecordedRow row)
    {
        lock (_gate)
        {
            if (row.Path is not null && !_counts.ContainsKey(row) && _paths++ >= limits.MaxPaths)
            {
                _paths--;
                _pathsFull++;
                row = row with { Path = null };
            }
            if (row.Path is null && _counts.Count - _paths >= limits.MaxKinds && !_counts.ContainsKey(row))
            {
                _lost++;
                return;
            }
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, row, out _)++;
        }
    }

    /// <summary>The id of a program by its path, from 1; 0 when there is no room for another.</summary>
    public int ExecutableOf(string path)
    {
        lock (_gate)
        {
            if (_executables.TryGetValue(path, out var id)) return id;
            if (_executables.Count >= limits.MaxExecutables)
            {
                _executablesFull++;
                return 0;
            }
            return _executables[path] = _executables.Count + 1;
        }
    }

    public void NoteUnreadablePath()
    {
        lock (_gate) _pathsUnreadable++;
    }

    /// <summary>A call of ptrace failed that would not have without this recorder.</summary>
    public void NoteRefusedPtrace()
    {
        lock (_gate) _refusedPtrace++;
    }

    /// <summary>A thread of the workload may not be traced.</summary>
    public void NoteUntraced()
    {
        lock (_gate) _untraced++;
    }

    /// <summary>A process could not enter seccomp's strict mode, which it could have without this recorder.</summary>
    public void NoteRefusedStrictMode()
    {
        lock (_gate) _refusedStrictMode++;
    }

    /// <summary>A program was executed without the privileges that its file gives, which it would have got without this recorder.</summary>
    public void NoteRefusedPrivileges(bool isByFilter)
    {
        lock (_gate)
        {
            if (isByFilter) _privilegesByFilter++;
            else _privilegesByTracer++;
        }
    }

    /// <summary>A process whose calls are counted has a seccomp filter.</summary>
    public void NoteFilter()
    {
        lock (_gate) _hasFilter = true;
    }

    /// <summary>What has been counted so far.</summary>
    public RecordedCalls Read()
    {
        lock (_gate)
        {
            var names = _executables.ToDictionary(entry => entry.Value, entry => entry.Key);
            var events = 0ul;
            var observations = new List<Observation>(_counts.Count);
            foreach (var (row, count) in _counts)
            {
                events += count;
                observations.Add((row with { Count = count }).ToObservation(CallSpec.Of(row.Abi, row.Nr), names.GetValueOrDefault(row.Executable, BpfRecorder.UnknownExecutable)));
            }
            var reasons = new RecordingReasons(_pathsFull, _pathsUnreadable, _executablesFull)
            {
                RefusedPtrace = _refusedPtrace, Untraced = _untraced, RefusedStrictMode = _refusedStrictMode, PrivilegesByTracer = _privilegesByTracer, PrivilegesByFilter = _privilegesByFilter,
            }.Sentences();
            if (usesFilter) reasons = reasons.Add(WatchedCalls.Reason);
            if (RingReason.Of(observations, "ptrace sees calls alone; the eBPF recorder counts them") is { } unseen) reasons = reasons.Add(unseen);
            return new RecordedCalls(Trace.Normalised(observations), events, _lost, reasons) { Recorder = usesFilter ? "ptrace-seccomp" : "ptrace", SeccompFilter = _hasFilter };
        }
    }

    sealed class SameKind : IEqualityComparer<RecordedRow>
    {
        public static readonly SameKind Instance = new();

        public bool Equals(RecordedRow a, RecordedRow b) =>
            a.Abi == b.Abi && a.Nr == b.Nr && a.Phase == b.Phase && a.Result == b.Result && a.Executable == b.Executable && a.FileNote == b.FileNote && a.Path == b.Path
            && a.Arguments.AsSpan().SequenceEqual(b.Arguments.AsSpan());

        public int GetHashCode(RecordedRow row)
        {
            var hash = new HashCode();
            hash.Add(row.Abi);
            hash.Add(row.Nr.Value);
            hash.Add(row.Result);
            hash.Add(row.Executable);
            hash.Add(row.FileNote);
            hash.Add(row.Path, StringComparer.Ordinal);
            foreach (var argument in row.Arguments) hash.Add(argument);
            return hash.ToHashCode();
        }
    }
}
