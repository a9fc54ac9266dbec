using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>sched_process_fork(parent, child)</c>: a child, thread or process, takes over what its parent is, before it runs.</summary>
sealed class ForkWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    protected override void Write()
    {
        Label unmarked = new(), marked = new(), failed = new();
        Code.Move(R6, R1);
        LoadCurrent(unmarked);
        Code.Jump(marked);

        // A thread that was there before its process was marked: user space can mark only the leader on kernels before 6.9.
        Code.Place(unmarked);
        Code.Load(Width.U64, R7, R7, Kernel.GroupLeader);
        LoadStorage(R7, create: false, Out);

        Code.Place(marked);
        Code.Load(Width.U32, R8, R0, TaskState);
        Code.And(R8, TaskStates.Inherited);
        Code.JumpIf(Condition.Equal, R8, 0, Out);
        Code.Load(Width.U32, R7, R0, TaskExecutable);
        Code.Load(Width.U64, R6, R6, sizeof(ulong));
        LoadStorage(R6, create: true, failed);
        Code.Store(Width.U32, R0, TaskState, R8);
        Code.Store(Width.U32, R0, TaskExecutable, R7);
        Code.Jump(Out);

        Code.Place(failed);
        AddToControl(ControlUnfollowed);
    }
}
