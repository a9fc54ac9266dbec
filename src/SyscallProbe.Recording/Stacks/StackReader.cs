using System.Buffers.Binary;
using System.Collections.Immutable;
using SyscallProbe.Recording.Bpf;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Takes the stacks that the program sends, with what tells names for their addresses, while the processes live.</summary>
/// <remarks>A process that ends before it has been looked at leaves a stack without names, which is left out and counted.</remarks>
sealed class StackReader : IDisposable
{
    const int WaitMilliseconds = 100;

    // A process whose mappings are this young is not looked at again, unless an address is in none of them.
    const long YoungMilliseconds = 1000;

    readonly RingBuffer _ring;
    readonly MappedFiles _files = new();
    readonly Dictionary<int, StackProcess> _processes = [];
    readonly Dictionary<(int Pid, int Executable), (List<Mapping> Mappings, long At)> _mappings = [];
    readonly List<Taken> _taken = [];
    readonly Lock _lock = new();
    readonly Thread _thread;
    int _gone;
    volatile bool _ends;

    public StackReader(BpfMap ring)
    {
        _ring = new RingBuffer(ring, StackNote.RingBytes);
        _thread = new Thread(Run) { IsBackground = true, Name = "call stacks" };
        _thread.Start();
    }

    /// <summary>Kinds with the names on their stack, innermost first, without those that have none; and how many these are.</summary>
    /// <param name="dropped">Stacks that the program could not send.</param>
    public List<(RecordedRow Row, ImmutableArray<string> Stack)> Read(ulong dropped, out StackCoverage coverage)
    {
        lock (_lock)
        {
            _ring.Drain(Take);
            var maps = _processes.Values.ToDictionary(process => process, process => process.Read());
            var named = new List<(RecordedRow, ImmutableArray<string>)>();
            var cut = 0;
            foreach (var taken in _taken)
            {
                var frames = taken.WithCaller();
                var stack = FrameNames.Of(frames, maps[taken.Process]);
                if (stack.IsEmpty) continue;
                named.Add((taken.Row, stack));
                if (IsCut(frames)) cut++;
            }
            coverage = new StackCoverage(_taken.Count + _gone, _gone, _taken.Count - named.Count, cut, dropped);
            return named;
        }
    }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        _ring.Dispose();
        foreach (var process in _processes.Values) process.Dispose();
        _files.Dispose();
    }

    void Run()
    {
        while (!_ends)
        {
            _ring.Wait(WaitMilliseconds);
            lock (_lock)
            {
                _ring.Drain(Take);
                foreach (var process in _processes.Values) process.Retry();
            }
        }
    }

    // As little as can be done while the process lives: others wait to be looked at.
    void Take(ReadOnlySpan<byte> note)
    {
        var pid = BinaryPrimitives.ReadInt32LittleEndian(note[StackNote.Pid..]);
        var hasPath = BinaryPrimitives.ReadInt32LittleEndian(note[StackNote.HasPath..]) != 0;
        var bytes = Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(note[StackNote.Length..]));
        var row = RecordedRow.Decode(note[..(hasPath ? RecordLayout.PathKeyBytes : RecordLayout.KeyBytes)], 0);
        var addresses = new ulong[Math.Min(bytes / sizeof(ulong), StackNote.MaxFrames)];
        for (var i = 0; i < addresses.Length; i++)
        {
            // The byte before: a return address may be the first of the next function.
            addresses[i] = BinaryPrimitives.ReadUInt64LittleEndian(note[(StackNote.Addresses + i * sizeof(ulong))..]) - 1;
        }
        var mappings = MappingsOf(pid, row.Executable, addresses);
        if (mappings.Count == 0)
        {
            _gone++;
            return;
        }
        if (!_processes.TryGetValue(pid, out var process)) _processes[pid] = process = new StackProcess(pid);
        process.Look(mappings);
        _taken.Add(new Taken(row, [.. addresses.Select(address => Frame.At(address, mappings))], Frame.At(BinaryPrimitives.ReadUInt64LittleEndian(note[StackNote.Top..]) - 1, mappings), process));
    }

    // Those from before where the process has ended meanwhile; none where it was never looked at. An execve begins anew.
    List<Mapping> MappingsOf(int pid, int executable, ulong[] addresses)
    {
        var (known, at) = _mappings.GetValueOrDefault((pid, executable), ([], long.MinValue / 2));
        if (Environment.TickCount64 - at < YoungMilliseconds && addresses.All(address => Frame.At(address, known).Mapping is not null)) return known;
        var found = _files.Of(pid);
        if (found.Count == 0) return known;
        _mappings[(pid, executable)] = (found, Environment.TickCount64);
        return found;
    }

    static bool IsCut(List<Frame> frames)
    {
        var library = frames[0].Mapping?.File;
        return library is not null && library.Name.Contains(".so", StringComparison.Ordinal)
            && frames.TakeWhile(frame => frame.Mapping is not null).All(frame => frame.Mapping!.File == library);
    }

    readonly record struct Taken(RecordedRow Row, List<Frame> Frames, Frame Top, StackProcess Process)
    {
        // A wrapper in the C library makes no frame: its caller is on top of the stack.
        public List<Frame> WithCaller() => Frames.Count > 0 && Top.IsAfterCall && Frames[0].HasNoFrameOfItsOwn && (Frames.Count < 2 || Frames[1].Address != Top.Address)
            ? [Frames[0], Top, .. Frames[1..]] : Frames;
    }
}
