using SyscallProbe.Traces;
using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf;

/// <summary>How operations of a ring are counted: under io_uring_enter with the opcode as the only argument, apart from the calls themselves.</summary>
sealed class RingKey
{
    public RingKey(Abi native)
    {
        Nr = Syscalls.NrOf(native, "io_uring_enter")!.Value;
        var arguments = CallSpec.Of(native, Nr).Arguments;
        Slot = arguments.IndexOf(arguments.First(argument => argument.Form == KeyForm.Operation));
    }

    public Nr Nr { get; }

    /// <summary>The opcode's place among the key's arguments.</summary>
    public int Slot { get; }

    /// <summary>Flags of the key: all but the opcode is unknown.</summary>
    public int Flags => ArgumentsUnknown & ~(ArgumentUnknown << Slot);

    /// <summary>
    /// Turns what the programs count into one row for each operation: they count it as never returned when it is submitted and again, by its result, when it
    /// completes, possibly in a later phase. What has no completion stays.
    /// </summary>
    public void Settle(List<RecordedRow> rows)
    {
        foreach (var kind in rows.Where(IsOperation).GroupBy(row => (row.Executable, Opcode: row.Arguments[Slot])).ToList())
        {
            var completed = (ulong)kind.Where(row => !row.Result.IsNever).Sum(row => (decimal)row.Count);
            foreach (var submitted in kind.Where(row => row.Result.IsNever).OrderBy(row => row.Phase))
            {
                var settled = Math.Min(submitted.Count, completed);
                completed -= settled;
                rows.Remove(submitted);
                if (settled < submitted.Count) rows.Add(submitted with { Count = submitted.Count - settled });
            }
        }
    }

    bool IsOperation(RecordedRow row) => row.Nr == Nr && row.Arguments.Length > Slot && row.Arguments[Slot] is not null;
}
