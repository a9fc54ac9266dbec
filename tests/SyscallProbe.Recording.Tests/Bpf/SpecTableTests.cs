using System.Buffers.Binary;
using SyscallProbe.Recording.Bpf;
using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Tests.Bpf;

/// <summary>The table by which programs know what to record.</summary>
public sealed class SpecTableTests
{
    [Fact]
    public void No_hint_hides_a_condition_and_most_values_need_no_look_up()
    {
        var table = SpecTable.Write(RegisterLayout.Amd64);
        var conditions = SpecTable.Conditions(RegisterLayout.Amd64).ToList();

        conditions.Should().HaveCountGreaterThan(100).And.OnlyContain(key => IsHinted(table, key, 0));
        conditions.Count(key => IsHinted(table, key, 1UL << 40)).Should().BeLessThan(conditions.Count / 2);
    }

    // Whether the value of a condition, or another one, would be looked up.
    static bool IsHinted(byte[] table, byte[] condition, ulong other)
    {
        var nr = BinaryPrimitives.ReadInt32LittleEndian(condition.AsSpan(ConditionNr));
        var argument = BinaryPrimitives.ReadInt32LittleEndian(condition.AsSpan(ConditionArgument));
        var value = other != 0 ? other : BinaryPrimitives.ReadUInt64LittleEndian(condition.AsSpan(ConditionValue));
        var hint = BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(SpecStart + (nr << SpecShift) + SpecHints + argument * sizeof(ulong)));
        return (hint >> (int)((value ^ value >> HintShift) & HintMask) & 1) != 0;
    }
}
