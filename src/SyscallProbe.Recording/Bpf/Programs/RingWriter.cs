using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.TaskStates;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>io_uring_submit_req(req)</c>: counts the operations that a task submits to its ring, by opcode, which no system call shows.</summary>
/// <remarks>
/// They are counted under io_uring_enter with the opcode as the only argument, apart from the calls themselves. It runs in the task that submits: the one that
/// calls io_uring_enter, or the kernel's thread that polls a ring (SQPOLL), which is a thread of the process that no fork has announced, so that its leader says
/// whether it is followed. Workers (io-wq) carry out what was submitted and submit nothing. An operation of an unknown opcode never gets here. The result is in
/// the completion, long after, and is not recorded.
/// </remarks>
sealed class RingWriter(KernelFacts kernel, RingFacts ring, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    protected override void Write()
    {
        Label unmarked = new(), marked = new(), armed = new();
        var (nr, slot, unknown) = OperationKey();
        Code.Load(Width.U64, R6, R1, 0);
        Code.Load(Width.U8, R8, R6, ring.Opcode);
        LoadCurrent(unmarked);
        Code.Jump(marked);

        Code.Place(unmarked);
        Code.Load(Width.U64, R7, R7, Kernel.GroupLeader);
        LoadStorage(R7, create: false, Out);

        Code.Place(marked);
        Code.Move(R9, R0);
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Armed, armed);
        Code.Jump(Out);

        Code.Place(armed);
        for (var i = 0; i < KeyBytes; i += sizeof(ulong)) Code.Store(Width.U64, Frame, Key + i, 0);
        MarkPhaseAndExecutable();
        Code.Store(Width.U8, Frame, Key + KeyAbi, (int)Kernel.Native);
        Code.Store(Width.U32, Frame, Key + KeyNr, nr);
        Code.Store(Width.U16, Frame, Key + KeyFlags, unknown);
        Code.Store(Width.U64, Frame, Key + KeyValues + slot * sizeof(ulong), R8);
        Count(done: Out);
    }

    // The call that rings belong to, and the opcode's place in its key, where all the rest is unknown.
    (int Nr, int Slot, int Unknown) OperationKey()
    {
        var nr = Kernel.NumberOf("io_uring_enter")!.Value;
        var arguments = CallSpec.Of(Kernel.Native, new Nr(nr)).Arguments;
        var slot = arguments.IndexOf(arguments.First(argument => argument.Form == KeyForm.Operation));
        return (nr, slot, ArgumentsUnknown & ~(ArgumentUnknown << slot));
    }
}
