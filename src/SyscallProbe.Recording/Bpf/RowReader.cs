using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SyscallProbe.Traces;
using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf;

/// <summary>Reads a recorder's tables.</summary>
static class RowReader
{
    /// <summary>Every counter above 0 of the three tables.</summary>
    public static List<RecordedRow> Read(RecorderMaps maps, Abi native)
    {
        var rows = new List<RecordedRow>();
        maps.Counts.ForEach((key, values) => rows.Add(RecordedRow.Decode(key, Sum(values))));
        maps.Paths.ForEach((key, value) => rows.Add(RecordedRow.Decode(key, BinaryPrimitives.ReadUInt64LittleEndian(value))));
        var executables = Math.Min(Counter32(maps.Control.Read(0), ControlExecutables), RecorderMaps.FastExecutables - 1);
        foreach (var phase in (ReadOnlySpan<Phase>)[Phase.Startup, Phase.Serving, Phase.Shutdown])
        {
            for (var executable = 0; executable <= executables; executable++)
            {
                AddFast(rows, maps.Fast.Read(RecorderMaps.FastRow(phase, executable)), native, phase, executable);
            }
        }
        return rows;
    }

    /// <summary>Paths of executables by id.</summary>
    public static Dictionary<int, string> ReadExecutables(RecorderMaps maps)
    {
        var names = new Dictionary<int, string>();
        maps.Executables.ForEach((path, id) => names[BinaryPrimitives.ReadInt32LittleEndian(id)] = RecordedRow.DecodePath(path));
        return names;
    }

    static void AddFast(List<RecordedRow> rows, byte[] values, Abi native, Phase phase, int executable)
    {
        var counters = MemoryMarshal.Cast<byte, ulong>(values);
        for (var nr = 0; nr < FastNumbers; nr++)
        {
            ulong count = 0;
            for (var cpu = 0; cpu < Cpus.Possible; cpu++) count += counters[cpu * FastNumbers + nr];
            if (count != 0) rows.Add(new RecordedRow(native, new Nr(nr), phase, Result.Success, executable, [], null, count));
        }
    }

    static ulong Sum(ReadOnlySpan<byte> values)
    {
        ulong sum = 0;
        foreach (var value in MemoryMarshal.Cast<byte, ulong>(values)) sum += value;
        return sum;
    }

    /// <summary>A 32-bit field of the control value.</summary>
    public static int Counter32(ReadOnlySpan<byte> control, int offset) => BinaryPrimitives.ReadInt32LittleEndian(control[offset..]);

    /// <summary>A 64-bit counter of the control value.</summary>
    public static ulong Counter(ReadOnlySpan<byte> control, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(control[offset..]);
}
