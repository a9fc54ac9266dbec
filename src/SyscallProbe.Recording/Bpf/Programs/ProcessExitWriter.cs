using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.RestartCodes;
using static SyscallProbe.Recording.Bpf.TaskStates;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>
/// Program of <c>sched_process_exit(task)</c>: counts the calls that the kernel gave no result, as the task ended in them, and keeps what the
/// container's init ended with.
/// </summary>
sealed class ProcessExitWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    // The other bits of an exit code: core dumped, status. man 2 wait.
    const int SignalMask = 0x7f;

    protected override void Write()
    {
        Label armed = new(), compat = new(), inCall = new(), ended = new(), exits = new(), count = new(), kept = new(), keptNever = new();
        LoadCurrent(Out);
        Code.Move(R9, R0);
        KeepInitEnd();
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Armed | Prepared, armed);
        Code.Jump(Out);

        Code.Place(armed);
        Code.Move(R1, R7);
        Code.Call(BPF_FUNC_task_pt_regs);
        Code.Move(R6, R0);
        Code.Load(Kernel.Layout.NumberWidth, R1, R6, Kernel.Number);
        Code.Move32(R1, R1);
        JumpIfCompat(compat);
        JumpIfEnding(Kernel.NumberOf, exits);
        Code.Jump(inCall);
        if (Kernel.Layout.Compat is not null)
        {
            Code.Place(compat);
            JumpIfEnding(Kernel.CompatNumberOf, exits);
        }

        // Ended by a signal: what was pending, if anything, is the call that the task was in.
        Code.Place(inCall);
        LoadSignal();
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Pending, kept);
        Code.JumpIf(Condition.AnyBit, R1, Prepared, keptNever);
        // A filter's SECCOMP_RET_KILL_THREAD ends the thread at once, before sys_exit: then the result is still what the entry put there.
        Code.JumpIf(Condition.NotEqual, R2, LibC.SIGSYS, Out);
        JumpIfHasResult(Out);
        JumpIfSeccomp(ended);
        Code.Jump(Out);

        // The last call before the exit was done.
        Code.Place(exits);
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.And(R1, Pending);
        Code.JumpIf(Condition.Equal, R1, 0, ended);
        TakeKey();
        Count(done: ended);

        Code.Place(ended);
        Code.Move(R8, -LibC.ENOSYS); // no result of rt_sigreturn
        MakeKey();
        Code.Store(Width.U16, Frame, Key + KeyResult, Never);
        Code.Jump(count);

        Code.Place(kept);
        TakeKey();
        Code.Load(Width.U32, R1, R9, TaskCode);
        Code.JumpIf(Condition.NotEqual, R1, RolledBack, keptNever);
        Code.JumpIf(Condition.NotEqual, R2, LibC.SIGSYS, count);
        Code.Place(keptNever);
        TakeKey();
        Code.Store(Width.U16, Frame, Key + KeyResult, Never);
        Code.Place(count);
        Count(done: Out);
    }

    // Of every thread, the last of which decides: where the leader ends before the others, the process goes on.
    void KeepInitEnd()
    {
        var other = new Label();
        Code.Load(Width.U64, R8, R7, Kernel.GroupLeader);
        LoadStorage(R8, create: false, other);
        Code.Load(Width.U32, R1, R0, TaskInit);
        Code.JumpIf(Condition.Equal, R1, 0, other);
        Code.Load(Width.U32, R2, R7, Kernel.ExitCode);
        Code.Load64(R3, 1UL << InitHasEndedShift);
        Code.Or(R2, R3);
        Code.LoadMapValue(R1, Maps.Control.Fd, ControlInitEnd);
        Code.Store(Width.U64, R1, 0, R2);
        Code.Place(other);
    }

    // Where the first argument stands for no result, a thread outside of calls has any value there, and -1 as the number.
    void JumpIfHasResult(Label target)
    {
        Code.Load(Width.U64, R2, R6, Kernel.Result);
        if (!Kernel.Layout.ResultTakesArgument)
        {
            Code.JumpIf(Condition.NotEqual, R2, -LibC.ENOSYS, target);
            return;
        }
        Code.Load(Width.U64, R1, R6, Kernel.Arguments[0]);
        Code.JumpIf(Condition.NotEqual, R2, R1, target);
        Code.Load(Kernel.Layout.NumberWidth, R1, R6, Kernel.Number);
        Code.Load64(R2, uint.MaxValue);
        Code.JumpIf(Condition.Equal, R1, R2, target);
    }

    // R2 = signal that ended the task.
    void LoadSignal()
    {
        Code.Load(Width.U32, R2, R7, Kernel.ExitCode);
        Code.And(R2, SignalMask);
    }

    void JumpIfEnding(Func<string, int?> numberOf, Label target)
    {
        Code.JumpIf(Condition.Equal, R1, numberOf("exit")!.Value, target);
        Code.JumpIf(Condition.Equal, R1, numberOf("exit_group")!.Value, target);
    }
}
