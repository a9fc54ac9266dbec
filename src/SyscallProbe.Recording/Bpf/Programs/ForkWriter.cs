using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>sched_process_fork(parent, child)</c>: a child, thread or process, takes over what its parent is, before it runs.</summary>
/// <remarks>
/// While processes that run already are being marked, from user space and one after the other, a process that has its turn yet to come may make a child: then the next
/// forefather that has a mark decides. The first process of the workload is marked first, so that there is one for all that descend from it.
/// </remarks>
sealed class ForkWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    // How far up a forefather is looked for.
    const int Generations = 16;

    protected override void Write()
    {
        Label unmarked = new(), marked = new(), forefather = new(), copy = new(), failed = new();
        Code.Move(R6, R1);
        LoadCurrent(unmarked);
        Code.Jump(marked);

        // A thread that was there before its process was marked: user space can mark only the leader on kernels before 6.9.
        Code.Place(unmarked);
        Code.Load(Width.U64, R7, R7, Kernel.GroupLeader);
        LoadStorage(R7, create: false, forefather);

        Code.Place(marked);
        Code.Load(Width.U32, R8, R0, TaskState);
        Code.And(R8, TaskStates.Inherited);
        Code.JumpIf(Condition.Equal, R8, 0, Out);
        Code.Load(Width.U32, R7, R0, TaskExecutable);
        Code.Place(copy);
        Code.Load(Width.U64, R6, R6, sizeof(ulong));
        LoadStorage(R6, create: true, failed);
        Code.Store(Width.U32, R0, TaskState, R8);
        Code.Store(Width.U32, R0, TaskExecutable, R7);
        Code.Jump(Out);

        Code.Place(failed);
        AddToControl(ControlUnfollowed);
        Code.Jump(Out);

        Code.Place(forefather);
        FindForefather(copy);
    }

    // R7 = leader of a process without a mark. Jumps with the state that is inherited in R8 and no executable in R7: the forefather's own may be another one.
    void FindForefather(Label found)
    {
        var marked = new Label();
        Code.LoadMapValue(R1, Maps.Phase.Fd, PhaseAttaching);
        Code.Load(Width.U32, R1, R1, 0);
        Code.JumpIf(Condition.Equal, R1, 0, Out);
        for (var i = 0; i < Generations; i++)
        {
            var next = new Label();
            Code.Load(Width.U64, R7, R7, Kernel.RealParent);
            Code.Load(Width.U64, R7, R7, Kernel.GroupLeader);
            LoadStorage(R7, create: false, next);
            Code.Jump(marked);
            Code.Place(next);
        }
        Code.Jump(Out);
        Code.Place(marked);
        Code.Load(Width.U32, R8, R0, TaskState);
        Code.And(R8, TaskStates.Inherited);
        Code.JumpIf(Condition.Equal, R8, 0, Out);
        Code.Move(R7, 0);
        Code.Jump(found);
    }
}
