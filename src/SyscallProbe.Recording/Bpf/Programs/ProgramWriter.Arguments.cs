using System.Collections.Immutable;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

// From the registers and the call's spec to the values in the key.
abstract partial class ProgramWriter
{
    void CopyArguments(ImmutableArray<int> registers)
    {
        for (var i = 0; i < registers.Length; i++)
        {
            Code.Load(Width.U64, R4, R6, registers[i]);
            Code.Store(Width.U64, Frame, Arguments + i * sizeof(ulong), R4);
        }
    }

    // R1 = number, R2 = where its table's number stands; leaves the address in R6. Read from there, the verifier does not know it, and walks the rest once for all tables.
    protected void LoadSpec()
    {
        Code.Load(Width.U8, R2, R2, 0);
        Code.JumpIf(Condition.Above, R2, SpecTable.Tables - 1, Out); // for the verifier
        Code.ShiftLeft(R2, 10);
        Code.Add(R2, R1);
        Code.ShiftLeft(R2, SpecShift);
        Code.LoadMapValue(R6, Maps.Specs.Fd, SpecStart);
        Code.Add(R6, R2);
    }

    // Each argument's position is data, so one program serves every call: the registers lie on the stack and are picked from there.
    void MaskArguments()
    {
        var done = new Label();
        Code.Move(R5, 0);
        for (var i = 0; i < CallSpec.MaxArguments; i++) Code.Store(Width.U64, Frame, Key + KeyValues + i * sizeof(ulong), R5);
        for (var i = 0; i < CallSpec.MaxArguments; i++)
        {
            Label direct = new(), text = new(), read = new(), unknown = new(), masked = new(), some = new(), next = new();
            Code.Load(Width.U8, R5, R6, SpecCount);
            Code.JumpIf(Condition.BelowOrEqual, R5, i, done);
            JumpIfNotRecorded(i, unknown); // what it depends on comes first
            LoadArgument(R3, SpecPositions + i);
            Code.Load(Width.U8, R1, R6, SpecPositions + i);
            Code.JumpIf(Condition.Below, R1, Pointed, direct);
            Code.JumpIf(Condition.AnyBit, R1, PointedText, text);
            ReadPointed(i, unknown);
            Code.Jump(read);
            Code.Place(text);
            ReadText(i, unknown);
            Code.Place(read);
            Code.Load(Width.U64, R3, Frame, Value);
            Code.Move(R1, 0);
            Code.Place(direct);
            Code.Load(Width.U64, R2, R6, SpecMasks + i * sizeof(ulong));
            Code.And(R3, R2);
            Code.JumpIf(Condition.AnyBit, R1, NonZero, some);
            Code.Place(masked);
            Code.Store(Width.U64, Frame, Key + KeyValues + i * sizeof(ulong), R3);
            Code.Jump(next);
            Code.Place(some);
            Code.JumpIf(Condition.Equal, R3, 0, masked);
            Code.Move(R3, 1);
            Code.Jump(masked);
            Code.Place(unknown);
            Code.Load(Width.U16, R1, Frame, Key + KeyFlags);
            Code.Or(R1, ArgumentUnknown << i);
            Code.Store(Width.U16, Frame, Key + KeyFlags, R1);
            Code.Place(next);
        }
        Code.Place(done);
    }

    void JumpIfNotRecorded(int argument, Label target)
    {
        Label always = new(), onFile = new(), loaded = new(), likely = new();
        Code.Load(Width.U8, R1, R6, SpecPositions + argument);
        Code.And(R1, Conditional);
        Code.JumpIf(Condition.Equal, R1, 0, always);
        Code.Load(Width.U8, R1, R6, SpecDepends + argument);
        Code.JumpIf(Condition.Equal, R1, DependsOnFile, onFile);
        Code.And(R1, CallSpec.MaxArguments - 1);
        Code.ShiftLeft(R1, 3);
        Code.Move(R2, Frame);
        Code.Add(R2, R1);
        Code.Load(Width.U64, R1, R2, Key + KeyValues);
        Code.Jump(loaded);
        Code.Place(onFile);
        Code.Load(Width.U32, R1, Frame, Key + KeyFile);
        Code.Place(loaded);
        Code.Store(Width.U64, Frame, Dependence + ConditionValue, R1);
        Code.Move(R2, R1);
        Code.ShiftRight(R2, HintShift);
        Code.Xor(R2, R1);
        Code.And(R2, HintMask);
        Code.Load(Width.U64, R1, R6, SpecHints + argument * sizeof(ulong));
        Code.ShiftRight(R1, R2);
        Code.JumpIf(Condition.AnyBit, R1, 1, likely);
        Code.Jump(target);
        Code.Place(likely);
        Code.Load(Width.U32, R1, Frame, Key + KeyNr);
        Code.Load64(R2, (ulong)argument << ConditionArgument * 8);
        Code.Or(R1, R2);
        Code.Store(Width.U64, Frame, Dependence + ConditionNr, R1);
        LookUp(Maps.Conditions, Frame, Dependence, target);
        Code.Place(always);
    }

    // Value = what R3 points to at the argument's offset, or further pointers lead to.
    void ReadPointed(int argument, Label unknown)
    {
        Label narrow = new(), direct = new(), nothing = new();
        Code.Load(Width.U8, R1, R6, SpecPositions + argument);
        Code.And(R1, Chained);
        Code.JumpIf(Condition.Equal, R1, 0, direct);
        Code.JumpIf(Condition.Equal, R3, 0, nothing); // sendmmsg of no message, by whoever asks whether it is there
        Code.Store(Width.U64, Frame, Prefix, R3);
        FollowPointers(argument, nothing, unknown);
        Code.Place(direct);
        Code.Load(Width.U8, R1, R6, SpecOffsets + argument);
        Code.Add(R3, R1);
        Code.Store(Width.U64, Frame, Prefix, R3);
        Code.Store(Width.U64, Frame, Value, 0);
        ReadHalf(0);
        Code.Load(Width.U8, R1, R6, SpecPositions + argument);
        Code.JumpIf(Condition.Below, R1, PointedWide, narrow);
        Code.Load(Width.U64, R3, Frame, Prefix);
        Code.Add(R3, sizeof(uint));
        ReadHalf(sizeof(uint));
        Code.Jump(narrow);
        Code.Place(nothing);
        Code.Store(Width.U64, Frame, Value, 0);
        Code.Place(narrow);

        void ReadHalf(int offset)
        {
            Code.Move(R1, Frame);
            Code.Add(R1, Value + offset);
            Code.Move(R2, sizeof(uint));
            Code.Call(BPF_FUNC_probe_read_user);
            Code.JumpIf(Condition.SignedLess, R0, 0, unknown);
        }
    }

    // Value = the class of the text that R3 points to. A text that is longer than the key is no class's but that of its beginning.
    void ReadText(int argument, Label unknown)
    {
        var done = new Label();
        Code.Store(Width.U64, Frame, Value, (int)TextSet.NullValue);
        Code.JumpIf(Condition.Equal, R3, 0, done);
        Code.Load(Width.U8, R1, R6, SpecOffsets + argument);
        Code.ShiftLeft(R1, TextSetNumber * 8);
        Code.Or(R1, (TextKeyBytes - TextSetNumber) * 8);
        Code.Store(Width.U64, Frame, Text, R1);
        ReadString(BPF_FUNC_probe_read_user_str, Frame, Text + TextStart, TextKeyBytes - TextStart, R3, unknown);
        LookUp(Maps.Texts, Frame, Text, unknown); // every set has a class for the rest: the jump is for the verifier
        Code.Load(Width.U64, R1, R0, 0);
        Code.Store(Width.U64, Frame, Value, R1);
        Code.Place(done);
    }

    // From the struct at Prefix to the one that the last pointer leads to, R3.
    void FollowPointers(int argument, Label nothing, Label unknown)
    {
        Label sized = new(), last = new();
        Code.Load(Width.U8, R1, R6, SpecLengths + argument);
        Code.JumpIf(Condition.Equal, R1, NoPath, sized);
        ReadAt(R1);
        Code.JumpIf(Condition.Equal, R3, 0, nothing);
        Code.Place(sized);
        for (var hop = 0; hop < MaxHops; hop++)
        {
            Code.Load(Width.U8, R1, R6, SpecHops + argument * MaxHops + hop);
            if (hop > 0) Code.JumpIf(Condition.Equal, R1, NoPath, last);
            ReadAt(R1);
            Code.JumpIf(Condition.Equal, R3, 0, nothing);
            Code.Store(Width.U64, Frame, Prefix, R3);
        }
        Code.Place(last);
        Code.Load(Width.U64, R3, Frame, Prefix);

        // R3 = the 8 bytes at an offset from Prefix.
        void ReadAt(Register offset)
        {
            Code.Load(Width.U64, R3, Frame, Prefix);
            Code.Add(R3, offset);
            Code.Move(R1, Frame);
            Code.Add(R1, Value);
            Code.Move(R2, sizeof(ulong));
            Code.Call(BPF_FUNC_probe_read_user);
            Code.JumpIf(Condition.SignedLess, R0, 0, unknown);
            Code.Load(Width.U64, R3, Frame, Value);
        }
    }

    /// <summary>target = the argument register whose position stands at an offset in the spec; uses R2.</summary>
    protected void LoadArgument(Register target, int positionAt)
    {
        Code.Load(Width.U8, R2, R6, positionAt);
        Code.And(R2, 7);
        Code.ShiftLeft(R2, 3);
        Code.Move(target, Frame);
        Code.Add(target, R2);
        Code.Load(Width.U64, target, target, Arguments);
    }
}
