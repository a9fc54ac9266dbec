using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.RestartCodes;
using static SyscallProbe.Recording.Bpf.TaskStates;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>sys_exit(regs, ret)</c>: counts every call that comes back.</summary>
/// <remarks>
/// One tracepoint is enough: at the exit the registers still hold number and arguments, and a call that a seccomp filter refuses never
/// passes <c>sys_enter</c>. The short way, for a call without key arguments that succeeds, is an addition in an array.
/// A call is counted as the program sees it: one that the kernel restarts is one call; one that a handler interrupts for good
/// gave EINTR; one whose task is killed before it is decided never returned. (Left out: a call that a handler with SA_RESTART leaves by
/// siglongjmp.)
/// </remarks>
sealed partial class SyscallExitWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    // MAX_ERRNO, include/linux/err.h (v6.18).
    const int LastErrno = 4095;

    /// <summary>As <see cref="BpfRecorderOptions.AdoptsThreads"/>.</summary>
    public bool AdoptsThreads { get; init; }

    readonly Label _slow = new();
    readonly Label _withResult = new();

    protected override void Write()
    {
        Label special = new(), count = new(), unmarked = new(), marked = new();
        Code.Move(R6, R1);
        LoadCurrent(absent: AdoptsThreads ? unmarked : Out);
        Code.Place(marked);
        Code.Move(R9, R0);
        Code.Load(Width.U64, R8, R6, sizeof(ulong));
        Code.Load(Width.U64, R3, R6, sizeof(ulong));
        Code.Load(Width.U64, R6, R6, 0);
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.NotEqual, R1, Armed, special);
        WriteShortWay();
        Code.Place(_slow);
        MakeKey();
        DropReturnInChild();
        Code.Place(_withResult);
        WriteResult();
        ChoosePath(count);
        CountWithPath(BPF_FUNC_probe_read_user_str, counted: Out, Maps.Stacks is null ? null : _newPath);
        Code.Place(count);
        Count(done: Out, Maps.Stacks is null ? null : _newKind);
        Code.Place(special);
        WriteSpecial();
        if (Maps.Stacks is { } stacks) WriteStacks(stacks);
        if (AdoptsThreads)
        {
            Code.Place(unmarked);
            WriteAdoption(marked);
        }
    }

    // R7 = a task without a mark: takes over that of its leader, if that is counted.
    void WriteAdoption(Label marked)
    {
        Code.Load(Width.U64, R8, R7, Kernel.GroupLeader);
        LoadStorage(R8, create: false, Out);
        Code.Load(Width.U32, R8, R0, TaskState);
        Code.And(R8, Armed);
        Code.JumpIf(Condition.Equal, R8, 0, Out);
        Code.Load(Width.U32, R8, R0, TaskExecutable);
        LoadStorage(R7, create: true, Out);
        Code.Store(Width.U32, R0, TaskState, Armed);
        Code.Store(Width.U32, R0, TaskExecutable, R8);
        Code.Jump(marked);
    }

    // R3 is the result once more: what the tests here tell of R8, the verifier would take for another state of the long way.
    void WriteShortWay()
    {
        var settled = new Label();
        Code.Load(Kernel.Layout.NumberWidth, R1, R6, Kernel.Number);
        JumpIfCompat(_slow);
        Code.JumpIf(Condition.Above, R1, FastNumbers - 1, _slow);
        Code.JumpIf(Condition.Above, R3, -LastErrno - 1, _slow);
        if (Kernel.Layout.ResultTakesArgument) Code.Load(Width.U64, R2, R6, Kernel.Arguments[0]);
        Code.JumpIf(Condition.NotEqual, R3, Kernel.Layout.ResultTakesArgument ? R2 : R1, settled);
        JumpIfSeccomp(_slow);
        Code.Place(settled);
        Code.LoadMapValue(R2, Maps.Specs.Fd, 0);
        Code.Add(R2, R1);
        Code.Load(Width.U8, R2, R2, 0);
        Code.JumpIf(Condition.NotEqual, R2, 0, _slow);
        Code.Load(Width.U32, R3, R9, TaskExecutable);
        Code.JumpIf(Condition.Above, R3, RecorderMaps.FastExecutables - 1, _slow);
        Code.LoadMapValue(R2, Maps.Phase.Fd, PhaseRow);
        Code.Load(Width.U32, R2, R2, 0);
        Code.Add(R2, R3);
        Code.Store(Width.U32, Frame, Index, R2);
        Code.Move(R6, R1);
        Code.ShiftLeft(R6, 3);
        LookUp(Maps.Fast, Frame, Index, Out); // every row is there: the jump is for the verifier
        Code.Add(R0, R6);
        Code.Load(Width.U64, R1, R0, 0);
        Code.Add(R1, 1);
        Code.Store(Width.U64, R0, 0, R1);
        if (Maps.Stacks is not null) Code.JumpIf(Condition.Equal, R1, 1, _newFast);
        Code.Jump(Out);
    }

    // The child of a fork passes sys_exit with result 0 though the call was its parent's.
    void DropReturnInChild()
    {
        Code.Load(Width.U8, R1, R6, SpecFlags);
        var own = new Label();
        Code.JumpIf(Condition.Equal, R1, 0, own);
        Code.JumpIf(Condition.Equal, R8, 0, Out);
        Code.Place(own);
    }

    // Folds the result into the key; leaves the call pending where it is not decided yet.
    void WriteResult()
    {
        Label success = new(), interrupted = new(), pending = new(), decided = new();
        Code.JumpIf(Condition.BelowOrEqual, R8, -LastErrno - 1, success);
        Code.Move(R1, R8);
        Code.Negate(R1);
        Code.Move(R8, R1);
        NoteSeccomp();
        foreach (var code in (int[])[LibC.EINTR, ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK])
        {
            Code.JumpIf(Condition.Equal, R8, code, interrupted);
        }
        Code.Store(Width.U16, Frame, Key + KeyResult, R8);
        Code.Jump(decided);

        Code.Place(success);
        if (Kernel.Layout.ResultTakesArgument) Code.Load(Width.U64, R1, Frame, Arguments);
        else Code.Load(Width.U32, R1, Frame, Key + KeyNr);
        if (Kernel.Layout.ForeignBit != 0) Code.And(R8, Kernel.Layout.ForeignBit - 1);
        Code.JumpIf(Condition.NotEqual, R8, R1, decided);
        Code.Move(R8, RolledBack);
        JumpIfSeccomp(pending);
        Code.Jump(decided);

        Code.Place(interrupted);
        Code.Store(Width.U16, Frame, Key + KeyResult, LibC.EINTR);
        Code.Place(pending);
        Code.Store(Width.U32, R9, TaskCode, R8);
        KeepKey();
        Code.Store(Width.U32, R9, TaskState, Armed | Pending);
        Code.Jump(Out);
        Code.Place(decided);
    }

    // R8 = the path that decides: the first below /proc, /sys or /dev, else of a failed call the first. A null pointer is a path left out.
    void ChoosePath(Label none)
    {
        Label chosen = new(), undecided = new();
        for (var i = 0; i < CallSpec.MaxPaths; i++)
        {
            LoadPath(i, absent: i == 0 ? none : undecided);
            JumpIfDeciding(BPF_FUNC_probe_read_user_str, chosen);
        }
        Code.Place(undecided);
        Code.Load(Width.U16, R2, Frame, Key + KeyResult);
        Code.JumpIf(Condition.Equal, R2, 0, none);
        for (var i = 0; i < CallSpec.MaxPaths; i++)
        {
            LoadPath(i, absent: none);
            Code.JumpIf(Condition.NotEqual, R8, 0, chosen);
        }
        Code.Jump(none);
        Code.Place(chosen);
    }

    void LoadPath(int index, Label absent)
    {
        Code.Load(Width.U8, R1, R6, SpecPaths + index);
        Code.JumpIf(Condition.Equal, R1, NoPath, absent);
        LoadArgument(R8, SpecPaths + index);
    }

    // R1 = state. Settles what the task's last call left open; R6 to R8 belong to the present one.
    void WriteSpecial()
    {
        Label open = new(), settled = new(), restarted = new();
        Code.JumpIf(Condition.AnyBit, R1, Armed, open);
        Code.Jump(Out);
        Code.Place(open);
        Code.Store(Width.U32, R9, TaskState, Armed);
        Code.JumpIf(Condition.AnyBit, R1, SkipReturn, Out);
        Code.JumpIf(Condition.AnyBit, R1, Prepared, _slow); // the execve failed after all
        TakeKey();
        Code.Load(Width.U32, R1, R9, TaskCode);
        Code.JumpIf(Condition.Equal, R1, LibC.EINTR, settled);
        Code.JumpIf(Condition.Equal, R1, RolledBack, settled);

        // No handler ran, so the kernel has made the call again, and this is its end. Under restart_syscall the first key says what it was.
        Code.Load(Kernel.Layout.NumberWidth, R1, R6, Kernel.Number);
        Code.Move32(R1, R1);
        Code.JumpIf(Condition.Equal, R1, Kernel.NumberOf("restart_syscall")!.Value, restarted);
        Code.Load(Width.U32, R2, Frame, Key + KeyNr);
        Code.JumpIf(Condition.Equal, R1, R2, _slow);
        Code.Place(settled);
        Count(done: _slow);

        Code.Place(restarted);
        if (Kernel.Layout.ResultTakesArgument)
        {
            Code.Load(Width.U64, R1, R6, Kernel.Arguments[0]);
            Code.Store(Width.U64, Frame, Arguments, R1);
        }
        Code.Move(R1, NoSpec);
        Code.LoadMapValue(R2, Maps.Specs.Fd, SpecTable.Indexes);
        LoadSpec();
        Code.Store(Width.U16, Frame, Key + KeyResult, 0);
        Code.Jump(_withResult);
    }
}
