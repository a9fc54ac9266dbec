using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.TaskStates;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>sched_prepare_exec(task, bprm)</c> (Linux 6.10): keeps the key of an execve that will succeed, or kill, while its registers are there.</summary>
sealed class PrepareExecWriter(KernelFacts kernel, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    public const string Tracepoint = "sched_prepare_exec";

    protected override void Write()
    {
        var member = new Label();
        LoadCurrent(Out);
        Code.Move(R9, R0);
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Armed | Followed, member);
        Code.Jump(Out);

        Code.Place(member);
        Code.Move(R1, R7);
        Code.Call(BPF_FUNC_task_pt_regs);
        Code.Move(R6, R0);
        Code.Move(R8, 0);
        MakeKey();
        KeepKey();
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.Or(R1, Prepared);
        Code.Store(Width.U32, R9, TaskState, R1);
    }
}
