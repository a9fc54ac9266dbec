using SyscallProbe.Recording.Interop;
using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>What the programs have in common: their registers, their stack, and the steps from a call to its counter.</summary>
/// <remarks>
/// While a key is made, R6 is <c>struct pt_regs</c>, R7 the current <c>task_struct</c>, R8 the result and R9 the task's own storage
/// (<see cref="RecordLayout"/>). The stack below the frame:
/// <code>
///  -192   -144        -128    -120     -112    -104             -48   0
/// +------+-----------+-------+--------+-------+----------------+-----+
/// | text | condition | index | prefix | value | 6 arguments, 0 | key |
/// +------+-----------+-------+--------+-------+----------------+-----+
/// </code>
/// The kernel's verifier walks every way through a program until it meets a state no wider than one it has walked from the same place. So that this happens soon,
/// the way that is taken without a jump is the one with the least known of the values, ways meet again with the same registers, and what may differ between them
/// is read from a map. A load takes as long as the ways that are walked twice.
/// </remarks>
abstract partial class ProgramWriter(KernelFacts kernel, RecorderMaps maps)
{
    protected const Register R0 = Register.R0, R1 = Register.R1, R2 = Register.R2, R3 = Register.R3, R4 = Register.R4, R5 = Register.R5,
        R6 = Register.R6, R7 = Register.R7, R8 = Register.R8, R9 = Register.R9, Frame = Register.Frame;

    protected const int Key = -KeyBytes, Arguments = Key - 7 * sizeof(ulong), Value = Arguments - 8, Prefix = Value - 8, Index = Prefix - 8, Dependence = Index - ConditionBytes, Text = Dependence - TextKeyBytes;

    protected KernelFacts Kernel { get; } = kernel;

    protected RecorderMaps Maps { get; } = maps;

    protected Assembler Code { get; } = new();

    /// <summary>Where the program ends.</summary>
    protected Label Out { get; } = new();

    /// <summary>Writes the program.</summary>
    public Instruction[] Assemble()
    {
        Write();
        Code.Place(Out);
        Code.Move(R0, 0);
        Code.Exit();
        return Code.Assemble();
    }

    protected abstract void Write();

    /// <summary>R7 = current task, R0 = its storage; jumps where it has none.</summary>
    protected void LoadCurrent(Label absent)
    {
        Code.Call(BPF_FUNC_get_current_task_btf);
        Code.Move(R7, R0);
        LoadStorage(R7, create: false, absent);
    }

    /// <summary>R0 = storage of a task; jumps where it has none or, with <paramref name="create"/>, none can be had.</summary>
    protected void LoadStorage(Register task, bool create, Label absent)
    {
        Code.Move(R2, task);
        Code.LoadMap(R1, Maps.Tasks.Fd);
        Code.Move(R3, 0);
        Code.Move(R4, create ? BPF_LOCAL_STORAGE_GET_F_CREATE : 0);
        Code.Call(BPF_FUNC_task_storage_get);
        Code.JumpIf(Condition.Equal, R0, 0, absent);
    }

    /// <summary>R0 = element of a map whose key lies on the stack; jumps where there is none.</summary>
    protected void LookUp(BpfMap map, Register key, int offset, Label absent)
    {
        Code.LoadMap(R1, map.Fd);
        Code.Move(R2, key);
        if (offset != 0) Code.Add(R2, offset);
        Code.Call(BPF_FUNC_map_lookup_elem);
        Code.JumpIf(Condition.Equal, R0, 0, absent);
    }

    /// <summary>Inserts the value at <see cref="Value"/>; jumps when it is in. Else another CPU was first, or there is no room.</summary>
    protected void Insert(BpfMap map, Register key, int offset, Label inserted)
    {
        Code.LoadMap(R1, map.Fd);
        Code.Move(R2, key);
        if (offset != 0) Code.Add(R2, offset);
        Code.Move(R3, Frame);
        Code.Add(R3, Value);
        Code.Move(R4, BPF_NOEXIST);
        Code.Call(BPF_FUNC_map_update_elem);
        Code.JumpIf(Condition.Equal, R0, 0, inserted);
    }

    /// <summary>Adds 1 to a counter of <see cref="RecorderMaps.Control"/>.</summary>
    protected void AddToControl(int counter)
    {
        Code.LoadMapValue(R1, Maps.Control.Fd, counter);
        Code.Move(R2, 1);
        Code.AtomicAdd(Width.U64, R1, 0, R2);
    }

    /// <summary>Puts the spec's address into R6 and makes the key at <see cref="Key"/>, with result 0, from R6 to R9.</summary>
    /// <remarks>R8 becomes 0 for a return from a signal handler: the register has what the interrupted code had in it.</remarks>
    protected void MakeKey()
    {
        Label hasCompat = new(), named = new(), sigreturn = new(), foreign = new(), beyond = new(), known = new();
        Code.Load(Kernel.Layout.NumberWidth, R1, R6, Kernel.Number);
        Code.Move32(R1, R1);
        Code.Load64(R3, uint.MaxValue);
        JumpIfCompat(hasCompat);

        CopyArguments(Kernel.Arguments);
        MarkAbi(Kernel.Native, 0);
        JumpIfSigreturn(sigreturn);
        if (Kernel.Layout.ForeignBit != 0)
        {
            // Bit 31 must be clear: -1 is no x32 call.
            Code.Move(R4, R1);
            Code.ShiftRight(R4, 30);
            Code.JumpIf(Condition.Equal, R4, 1, foreign);
        }
        Code.Jump(named);
        if (Kernel.Layout.ForeignBit != 0)
        {
            Code.Place(foreign);
            Code.And(R1, Kernel.Layout.ForeignBit - 1);
            MarkAbi(Kernel.Layout.Foreign, 2);
            Code.Jump(named);
        }
        Code.Place(sigreturn);
        Code.Move(R1, Kernel.NumberOf("rt_sigreturn")!.Value);
        Code.Move(R8, 0);
        Code.Jump(named);

        if (Kernel.Layout.Compat is { } compat)
        {
            Label compatSigreturn = new();
            Code.Place(hasCompat);
            CopyArguments(Kernel.CompatArguments);
            MarkAbi(compat.Abi, 1);
            JumpIfSigreturn(compatSigreturn);
            Code.Jump(named);
            Code.Place(compatSigreturn); // sigreturn or rt_sigreturn: the kernel has forgotten which
            Code.Move(R1, Kernel.CompatNumberOf("rt_sigreturn")!.Value);
            Code.Move(R8, 0);
            Code.Jump(named);
        }
        Code.Place(beyond);
        Code.Move(R1, NoSpec);
        Code.Jump(known);

        // Whole words, so that what the verifier knows of their bytes does not differ from one way here to the next.
        Code.Place(named);
        Code.LoadMapValue(R3, Maps.Phase.Fd, PhaseValue);
        Code.Load(Width.U32, R3, R3, 0);
        Code.ShiftLeft(R3, KeyPhase * 8);
        Code.Or(R3, R5);
        Code.Or(R3, R1);
        Code.Store(Width.U64, Frame, Key + KeyNr, R3);
        Code.Load(Width.U32, R3, R9, TaskExecutable);
        Code.And(R3, ushort.MaxValue);
        Code.Store(Width.U64, Frame, Key + KeyExecutable, R3);
        Code.Store(Width.U64, Frame, Arguments + 6 * sizeof(ulong), 0);

        Code.JumpIf(Condition.Above, R1, NoSpec, beyond);
        Code.Place(known);
        LoadSpec();
        WriteFile();
        MaskArguments();
    }

    // R5 = the ABI at its place in the key, R2 = where the number of its table stands.
    void MarkAbi(Abi abi, int table)
    {
        Code.Load64(R5, (ulong)abi << KeyAbi * 8);
        Code.LoadMapValue(R2, Maps.Specs.Fd, SpecTable.Indexes + table);
    }

    /// <summary>Puts the phase and the task's executable into the key.</summary>
    protected void MarkPhaseAndExecutable()
    {
        Code.LoadMapValue(R3, Maps.Phase.Fd, PhaseValue);
        Code.Load(Width.U32, R3, R3, 0);
        Code.Store(Width.U8, Frame, Key + KeyPhase, R3);
        Code.Load(Width.U32, R3, R9, TaskExecutable);
        Code.Store(Width.U16, Frame, Key + KeyExecutable, R3);
    }

    /// <summary>Jumps when the current call came in by the 32-bit ABI; needs R7, uses R2.</summary>
    protected void JumpIfCompat(Label target)
    {
        if (Kernel.Layout.Compat is null) return;
        Code.Load(Width.U32, R2, R7, Kernel.CompatFlag);
        Code.JumpIf(Condition.AnyBit, R2, Kernel.Layout.CompatMask, target);
    }

    /// <summary>Jumps when the task has a seccomp filter; needs R7, uses R2.</summary>
    protected void JumpIfSeccomp(Label target)
    {
        if (Kernel.SeccompMode is not { } mode) return;
        Code.Load(Width.U32, R2, R7, mode);
        // Once the filter kills, the mode is one more: SECCOMP_MODE_DEAD, kernel/seccomp.c (v6.18).
        Code.JumpIf(Condition.AboveOrEqual, R2, SeccompHeader.SECCOMP_MODE_FILTER, target);
    }

    /// <summary>Remembers that a followed task has a seccomp filter, if it has; needs R7, uses R1 and R2.</summary>
    protected void NoteSeccomp()
    {
        Label none = new(), has = new();
        JumpIfSeccomp(has);
        Code.Jump(none);
        Code.Place(has);
        Code.LoadMapValue(R1, Maps.Control.Fd, ControlSeccomp);
        Code.Store(Width.U32, R1, 0, 1);
        Code.Place(none);
    }

    /// <summary>Copies the key to where the task keeps it, as its call's end is still open.</summary>
    protected void KeepKey() => CopyWords(Frame, Key, R9, TaskKey, KeyBytes);

    /// <summary>Takes the kept key back onto the stack.</summary>
    protected void TakeKey() => CopyWords(R9, TaskKey, Frame, Key, KeyBytes);

    /// <summary>Counts the call of the key at <see cref="Key"/>; goes on at <paramref name="done"/>, or at <paramref name="inserted"/> when the kind was new.</summary>
    protected void Count(Label done, Label? inserted = null)
    {
        Label absent = new(), full = new();
        LookUp(Maps.Counts, Frame, Key, absent);
        Increment();
        Code.Jump(done);

        Code.Place(absent);
        Code.Store(Width.U64, Frame, Value, 1);
        Insert(Maps.Counts, Frame, Key, inserted ?? done);
        LookUp(Maps.Counts, Frame, Key, full);
        Increment();
        Code.Jump(done);

        Code.Place(full);
        AddToControl(ControlLost);
        Code.Jump(done);
    }

    // Nobody else adds to this CPU's value meanwhile: a tracepoint's programs run without preemption, and in no interrupt.
    void Increment()
    {
        Code.Load(Width.U64, R1, R0, 0);
        Code.Add(R1, 1);
        Code.Store(Width.U64, R0, 0, R1);
    }

    // The number is forgotten after rt_sigreturn, whose result is whatever the interrupted code had in the register. A call with number -1 gives ENOSYS.
    void JumpIfSigreturn(Label target)
    {
        Label forgotten = new(), past = new();
        Code.JumpIf(Condition.Equal, R1, R3, forgotten);
        Code.Jump(past);
        Code.Place(forgotten);
        Code.JumpIf(Condition.NotEqual, R8, -LibC.ENOSYS, target);
        Code.Place(past);
    }

    protected void CopyWords(Register from, int fromOffset, Register to, int toOffset, int bytes)
    {
        for (var i = 0; i < bytes; i += sizeof(ulong))
        {
            Code.Load(Width.U64, R5, from, fromOffset + i);
            Code.Store(Width.U64, to, toOffset + i, R5);
        }
    }
}
