using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.RestartCodes;
using static SyscallProbe.Recording.Bpf.TaskStates;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>signal_deliver(sig, info, ka)</c>: decides what an interrupted call gave, as only the handler's flags say whether it is restarted.</summary>
sealed class SignalWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    // SIG_DFL 0 and SIG_IGN 1, include/uapi/asm-generic/signal-defs.h (v6.18).
    const int LastNoHandler = 1;

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
        Code.JumpIf(Condition.BelowOrEqual, R2, LastNoHandler, Out); // ignored: restarted; fatal: the exit decides
        TakeKey();
        Code.Load(Width.U32, R1, R9, TaskCode);
        Code.JumpIf(Condition.Equal, R1, RolledBack, rolledBack);
        Code.JumpIf(Condition.Equal, R1, ERESTARTNOINTR, restarted);
        Code.JumpIf(Condition.NotEqual, R1, ERESTARTSYS, counted);
        Code.Load(Width.U64, R2, R8, Kernel.SignalFlags);
        Code.JumpIf(Condition.AnyBit, R2, LibC.SA_RESTART, restarted);
        Code.Jump(counted);

        Code.Place(rolledBack); // refused by a filter, and the handler makes up for it
        Code.Load(Width.U32, R1, R6, 0);
        Code.JumpIf(Condition.NotEqual, R1, LibC.SIGSYS, Out);
        Code.Store(Width.U16, Frame, Key + KeyResult, Never);

        Code.Place(counted);
        Code.Store(Width.U32, R9, TaskState, Armed);
        Count(done: Out);

        Code.Place(restarted);
        Code.Store(Width.U32, R9, TaskState, Armed);
    }
}
