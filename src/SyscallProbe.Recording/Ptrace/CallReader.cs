using System.Collections.Immutable;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Traces;
using Tmds.Linux;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Makes the row of a call from its registers, its memory and its files, by the same <see cref="CallSpec"/> as the eBPF programs are generated from.</summary>
sealed class CallReader(CallTable table)
{
    const int MostSpecs = 4096;

    // No text that has a class of its own is longer.
    const int MostTextBytes = 64;

    readonly Dictionary<(Abi, Nr), CallSpec> _specs = [];

    /// <summary>The row of a call without its result and path.</summary>
    /// <param name="result">As its return shows it: with EBADF the call took no file, whatever is there by now.</param>
    public RecordedRow Read(Tracee tracee, in CallEntry call, long result)
    {
        var spec = SpecOf(call);
        var file = spec.File is { } position && result != -LibC.EBADF ? OpenFiles.NoteOf(tracee.Tid, tracee.Process.Pid, (uint)call[position], withSocket: !spec.SocketFacts.IsEmpty) : 0;
        var values = ImmutableArray<ulong?>.Empty;
        if (!spec.Arguments.IsEmpty)
        {
            var builder = ImmutableArray.CreateBuilder<ulong?>(spec.Arguments.Length);
            foreach (var argument in spec.Arguments) builder.Add(IsRecorded(spec, argument, builder, file) ? ValueOf(tracee.Tid, call[argument.Position], argument) : null);
            values = builder.MoveToImmutable();
        }
        return new RecordedRow(call.Abi, call.Nr, table.Phase, Result.Success, tracee.Process.Executable, values, null, 0) { FileNote = file };
    }

    /// <summary>The row with the path that decides: the first below /proc, /sys or /dev, else of a failed call the first. A null pointer is a path left out.</summary>
    public RecordedRow WithPath(Tracee tracee, in CallEntry call, RecordedRow row)
    {
        var positions = SpecOf(call).Paths;
        if (positions.IsEmpty) return row;
        string? first = null;
        var isUnreadable = false;
        foreach (var position in positions.AsSpan()[..Math.Min(positions.Length, CallSpec.MaxPaths)])
        {
            if (call[position] == 0) continue;
            var path = ProcessMemory.ReadPath(tracee.Tid, call[position]);
            if (path is not null && PathText.IsDeciding(path)) return row with { Path = path };
            if (first is null && !isUnreadable) (first, isUnreadable) = (path, path is null);
        }
        if (row.Result.IsSuccess) return row;
        // With EFAULT the kernel could not read it either.
        if (isUnreadable && row.Result.Errno?.Value != LibC.EFAULT) table.NoteUnreadablePath();
        return row with { Path = first };
    }

    static bool IsRecorded(CallSpec spec, KeyArgument argument, ImmutableArray<ulong?>.Builder before, uint file)
    {
        if (argument.Form == KeyForm.Operation) return false;
        if (argument.When.IsEmpty) return true;
        var on = argument.Depends!.Socket is { } fact ? FileWord.FactOf(file, fact) : before[spec.DependsOn(argument)] ?? 0;
        return on is { } value && argument.When.Contains(value);
    }

    /// <summary>The value of an argument that is not the socket's own; null when it could not be read.</summary>
    public static ulong? ValueOf(int tid, ulong register, KeyArgument argument)
    {
        if (argument.Form == KeyForm.Text) return ClassOf(tid, register, Constants.Known.TextSets[argument.Constants]);
        if (argument.Offset is not { } offset) return argument.ValueOf(register);
        // Where there is no message there is nothing of it: whoever asks whether sendmmsg is there sends none.
        if (register == 0 && !argument.Through.IsEmpty) return 0;
        if (argument.LengthAt is { } length)
        {
            var bytes = ProcessMemory.ReadNumber(tid, register + (ulong)length, sizeof(ulong));
            if (bytes is null or 0) return bytes;
        }
        foreach (var hop in argument.Through)
        {
            var next = ProcessMemory.ReadNumber(tid, register + (ulong)hop, sizeof(ulong));
            if (next is null or 0) return next;
            register = next.Value;
        }
        return ProcessMemory.ReadNumber(tid, register + (ulong)offset, argument.Mask > uint.MaxValue ? sizeof(ulong) : sizeof(uint)) & argument.Mask;
    }

    static ulong? ClassOf(int tid, ulong address, TextSet set) =>
        address == 0 ? TextSet.NullValue : ProcessMemory.ReadText(tid, address, MostTextBytes) is { } text ? set.ValueOf(text) : null;

    CallSpec SpecOf(in CallEntry call)
    {
        if (_specs.TryGetValue((call.Abi, call.Nr), out var spec)) return spec;
        spec = CallSpec.Of(call.Abi, call.Nr);
        // A program may make calls of as many numbers as it likes.
        if (_specs.Count < MostSpecs) _specs[(call.Abi, call.Nr)] = spec;
        return spec;
    }
}
