using System.Buffers.Binary;
using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf;

/// <summary>Says what to record of each call, in the form that the programs read: a new key argument is a row of data and no byte code.</summary>
static class SpecTable
{
    // A program adds an ABI's table and a number; the greatest sum is within this.
    public const int Tables = 3;

    /// <summary>Where a byte for each table says which it is.</summary>
    public const int Indexes = SpecStart + (Tables * SpecNumbers << SpecShift);

    /// <summary>Size of the map's value.</summary>
    public const int Bytes = Indexes + sizeof(ulong);

    static readonly string[] s_returnInChild = ["fork", "vfork", "clone", "clone3"];

    /// <summary>Writes the table of a host.</summary>
    /// <exception cref="FailureException">A call has more key arguments than a key has room for (<see cref="FailureCode.BadInput"/>).</exception>
    public static byte[] Write(RegisterLayout layout)
    {
        var table = new byte[Bytes];
        var abis = layout.Abis;
        for (var slot = 0; slot < Tables; slot++)
        {
            table[Indexes + slot] = (byte)slot;
            for (var nr = 0; nr < SpecNumbers; nr++)
            {
                var name = slot < abis.Length && nr != NoSpec ? Syscalls.NameOf(abis[slot], new Nr(nr)) : null;
                var spec = name is null ? new CallSpec([], []) : CallSpec.Of(abis[slot], new Nr(nr));
                var returnsInChild = s_returnInChild.Contains(name);
                var entry = table.AsSpan(SpecStart + (slot * SpecNumbers + nr << SpecShift), 1 << SpecShift);
                WriteSpec(entry, spec, returnsInChild);
                for (var i = 0; i < spec.Arguments.Length; i++)
                {
                    // Conditions are of the native ABI's numbers: what a foreign one's find there is not for a hint to say.
                    BinaryPrimitives.WriteUInt64LittleEndian(entry[(SpecHints + i * sizeof(ulong))..], slot == 0 ? HintOf(ValuesOf(spec.Arguments[i])) : ulong.MaxValue);
                }
                if (slot == 0 && nr < FastNumbers) table[nr] = (byte)(spec.IsNothing && !returnsInChild ? 0 : 1);
            }
        }
        return table;
    }

    /// <summary>The keys of the table of conditions.</summary>
    public static IEnumerable<byte[]> Conditions(RegisterLayout layout)
    {
        foreach (var syscall in Syscalls.All(layout.Native.Abi))
        {
            var spec = CallSpec.Of(layout.Native.Abi, syscall.Nr);
            for (var i = 0; i < spec.Arguments.Length; i++)
            {
                foreach (var value in ValuesOf(spec.Arguments[i]))
                {
                    var key = new byte[ConditionBytes];
                    BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(ConditionNr), syscall.Nr.Value);
                    BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(ConditionArgument), i);
                    BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(ConditionValue), value);
                    yield return key;
                }
            }
        }
    }

    // As the programs see them: of a socket's fact the whole note.
    static IEnumerable<ulong> ValuesOf(KeyArgument argument) => argument.Depends?.Socket is { } fact
        ? argument.When.SelectMany(value => FileWord.WordsOf(fact, value)).Select(word => (ulong)word)
        : argument.When;

    static ulong HintOf(IEnumerable<ulong> values) => values.Aggregate(0UL, (hint, value) => hint | 1UL << (int)((value ^ value >> HintShift) & HintMask));

    static void WriteSpec(Span<byte> entry, CallSpec spec, bool returnsInChild)
    {
        entry[SpecFlags] = (byte)(returnsInChild ? ReturnsInChild : 0);
        entry[SpecCount] = (byte)spec.Arguments.Length;
        entry[SpecFile] = (byte)(spec.File ?? NoPath);
        for (var i = 0; i < CallSpec.MaxPaths; i++) entry[SpecPaths + i] = (byte)(i < spec.Paths.Length ? spec.Paths[i] : NoPath);
        for (var i = 0; i < spec.Arguments.Length; i++)
        {
            var argument = spec.Arguments[i];
            var isText = argument.Form == KeyForm.Text;
            var pointed = isText ? Pointed | PointedText : argument.Offset is null ? 0 : argument.Mask > uint.MaxValue ? Pointed | PointedWide : Pointed;
            // An operation is no part of any call: it depends on a note of a file that has no condition.
            var isOperation = argument.Form == KeyForm.Operation;
            var conditional = argument.When.IsEmpty && !isOperation ? 0 : Conditional;
            var chain = argument.Form == KeyForm.NonZero ? NonZero : argument.Through.IsEmpty ? 0 : Chained;
            entry[SpecPositions + i] = (byte)(argument.Position | chain | pointed | conditional);
            entry[SpecOffsets + i] = isText ? TextTable.NumberOf(argument.Constants) : checked((byte)(argument.Offset ?? 0));
            entry[SpecDepends + i] = (byte)(conditional == 0 ? 0 : isOperation ? DependsOnFile : argument.Depends!.Socket is null ? spec.DependsOn(argument) : DependsOnFile);
            for (var hop = 0; hop < MaxHops; hop++) entry[SpecHops + i * MaxHops + hop] = checked((byte)(hop < argument.Through.Length ? argument.Through[hop] : NoPath));
            entry[SpecLengths + i] = checked((byte)(argument.LengthAt ?? NoPath));
            BinaryPrimitives.WriteUInt64LittleEndian(entry[(SpecMasks + i * sizeof(ulong))..], argument.Mask);
        }
    }
}
