using System.Buffers.Binary;
using System.Collections.Immutable;
using SyscallProbe.Recording.Bpf;

namespace SyscallProbe.Recording.Stacks;

/// <summary>Takes the stacks that the program sends, with what tells names for their addresses, while the processes live.</summary>
/// <remarks>A process that ends before it has been looked at leaves a stack without names, which is left out: nothing is counted by it.</remarks>
sealed class StackReader : IDisposable
{
    const int WaitMilliseconds = 100;

    readonly RingBuffer _ring;
    readonly MappedFiles _files = new();
    readonly Dictionary<int, StackProcess> _processes = [];
    readonly List<(RecordedRow Row, Frame[] Frames, StackProcess Process)> _taken = [];
    readonly Lock _lock = new();
    readonly Thread _thread;
    volatile bool _ends;

    public StackReader(BpfMap ring)
    {
        _ring = new RingBuffer(ring, StackNote.RingBytes);
        _thread = new Thread(Run) { IsBackground = true, Name = "call stacks" };
        _thread.Start();
    }

    /// <summary>Kinds with the names on their stack, innermost first; kinds without any are left out.</summary>
    public List<(RecordedRow Row, ImmutableArray<string> Stack)> Read()
    {
        lock (_lock)
        {
            _ring.Drain(Take);
            var maps = _processes.Values.ToDictionary(process => process, process => process.Read());
            return [.. _taken.Select(taken => (taken.Row, Stack: FrameNames.Of(taken.Frames, maps[taken.Process]))).Where(taken => !taken.Stack.IsEmpty)];
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
            lock (_lock) _ring.Drain(Take);
        }
    }

    void Take(ReadOnlySpan<byte> note)
    {
        var pid = BinaryPrimitives.ReadInt32LittleEndian(note[StackNote.Pid..]);
        var hasPath = BinaryPrimitives.ReadInt32LittleEndian(note[StackNote.HasPath..]) != 0;
        var bytes = BinaryPrimitives.ReadInt64LittleEndian(note[StackNote.Length..]);
        if (bytes <= 0) return;
        var row = RecordedRow.Decode(note[..(hasPath ? RecordLayout.PathKeyBytes : RecordLayout.KeyBytes)], 0);
        var mappings = _files.Of(pid);
        if (mappings.Count == 0) return;
        if (!_processes.TryGetValue(pid, out var process)) _processes[pid] = process = new StackProcess(pid);
        process.Look(mappings);

        var frames = new List<Frame>();
        for (var i = 0; i < Math.Min(bytes / sizeof(ulong), StackNote.MaxFrames); i++)
        {
            // The byte before: a return address may be the first of the next function.
            frames.Add(Frame.At(BinaryPrimitives.ReadUInt64LittleEndian(note[(StackNote.Addresses + i * sizeof(ulong))..]) - 1, mappings));
        }
        var caller = Frame.At(BinaryPrimitives.ReadUInt64LittleEndian(note[StackNote.Top..]) - 1, mappings);
        if (frames.Count > 0 && caller.IsAfterCall && frames[0].HasNoFrameOfItsOwn && (frames.Count < 2 || frames[1].Address != caller.Address)) frames.Insert(1, caller);
        _taken.Add((row, [.. frames], process));
    }
}
