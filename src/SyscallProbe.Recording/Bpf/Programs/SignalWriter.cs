using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.RestartCodes;
using static SyscallProbe.Recording.Bpf.TaskStates;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>signal_deliver(sig, info, ka)</c>: decides what an interrupted call gave, as only the handler's flags say whether it is restarted.</summary>
sealed class SignalWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    // include/uapi/asm-generic/signal-defs.h, signal.h (v6.18): SIG_DFL 0 and SIG_IGN 1 are no handlers.
    const int SIG_IGN = 1, SA_RESTART = 0x10000000, SIGSYS = 31;

    protected override void Write()
    {
        Label pending = new(), rolledBack = new(), restarted = new(), counted = new();
        Code.Move(R6, R1);
        LoadCurrent(Out);
        Code.Move(R9, R0);
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Pending, pending);
        Code.Jump(Out);

        Code.Place(pending);
        Code.Load(Width.U64, R8, R6, 2 * sizeof(ulong));
        Code.Load(Width.U64, R2, R8, Kernel.SignalHandler);
        Code.JumpIf(Condition.BelowOrEqual, R2, SIG_IGN, Out); // ignored: restarted; fatal: the exit decides
        TakeKey();
        Code.Load(Width.U32, R1, R9, TaskCode);
        Code.JumpIf(Condition.Equal, R1, RolledBack, rolledBack);
        Code.JumpIf(Condition.Equal, R1, ERESTARTNOINTR, restarted);
        Code.JumpIf(Condition.NotEqual, R1, ERESTARTSYS, counted);
        Code.Load(Width.U64, R2, R8, Kernel.SignalFlags);
        Code.JumpIf(Condition.AnyBit, R2, SA_RESTART, restarted);
        Code.Jump(counted);

        Code.Place(rolledBack); // refused by a filter, and the handler makes up for it
        Code.Load(Width.U32, R1, R6, 0);
        Code.JumpIf(Condition.NotEqual, R1, SIGSYS, Out);
        Code.Store(Width.U16, Frame, Key + KeyResult, Never);

        Code.Place(counted);
        Code.Store(Width.U32, R9, TaskState, Armed);
        Count(done: Out);

        Code.Place(restarted);
        Code.Store(Width.U32, R9, TaskState, Armed);
    }
}
