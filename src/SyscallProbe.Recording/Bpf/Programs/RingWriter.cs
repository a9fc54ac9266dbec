using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.TaskStates;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>What the programs at tracepoints of io_uring have in common: whose operation it is, and its counter.</summary>
/// <remarks>
/// They run in the task that calls io_uring_enter, or in a thread of its process that no fork has announced: the one that polls a ring (SQPOLL) and workers
/// (io-wq), whose leader says whether it is followed. The counters: <see cref="RingKey"/>.
/// </remarks>
abstract class RingWriter(KernelFacts kernel, RingFacts ring, RecorderMaps maps) : ProgramWriter(kernel, maps)
{
    protected RingFacts Ring { get; } = ring;

    /// <summary>R9 = storage of the task; jumps out where it is not followed. Uses R7.</summary>
    protected void LoadFollowed()
    {
        Label unmarked = new(), marked = new(), armed = new();
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
    }

    /// <summary>Counts the operation with opcode R8 and result R6, of which the lower 16 bits are taken.</summary>
    protected void CountOperation()
    {
        var key = new RingKey(Kernel.Native);
        for (var i = 0; i < KeyBytes; i += sizeof(ulong)) Code.Store(Width.U64, Frame, Key + i, 0);
        MarkPhaseAndExecutable();
        Code.Store(Width.U8, Frame, Key + KeyAbi, (int)Kernel.Native);
        Code.Store(Width.U32, Frame, Key + KeyNr, key.Nr.Value);
        Code.Store(Width.U16, Frame, Key + KeyResult, R6);
        Code.Store(Width.U16, Frame, Key + KeyFlags, key.Flags);
        Code.Store(Width.U64, Frame, Key + KeyValues + key.Slot * sizeof(ulong), R8);
        Count(done: Out);
    }
}

/// <summary>Program of <c>io_uring_submit_req(req)</c>: counts an operation that the kernel has accepted, by opcode, which no system call shows.</summary>
/// <remarks>
/// As never returned, until its completion says more. One that asks for no completion where it succeeds (IOSQE_CQE_SKIP_SUCCESS) counts as a success at once; fails
/// it, it is counted once more. Where the kernel does not show results, all count as successes.
/// </remarks>
sealed class RingSubmittedWriter(KernelFacts kernel, RingFacts ring, RecorderMaps maps) : RingWriter(kernel, ring, maps)
{
    // IOSQE_CQE_SKIP_SUCCESS, include/uapi/linux/io_uring.h (v6.18); REQ_F_CQE_SKIP is the same bit.
    const int SkipSuccess = 1 << 6;

    protected override void Write()
    {
        Label silent = new(), known = new();
        Code.Load(Width.U64, R6, R1, 0);
        Code.Load(Width.U8, R8, R6, Ring.Opcode);
        if (Ring.Completed is not null)
        {
            Code.Load(Width.U32, R6, R6, Ring.Flags);
            Code.JumpIf(Condition.AnyBit, R6, SkipSuccess, silent);
            Code.Move(R6, Never);
            Code.Jump(known);
        }
        Code.Place(silent);
        Code.Move(R6, 0);
        Code.Place(known);
        LoadFollowed();
        CountOperation();
    }
}

/// <summary>Program of <c>io_uring_req_failed(sqe, req, error)</c>: counts an operation that the kernel refuses before it is one.</summary>
/// <remarks>
/// Its completion follows like any other's, but of an opcode that the kernel does not know the request has 0 in its place: that one is counted here for good, and its
/// completion is passed over.
/// </remarks>
sealed class RingRefusedWriter(KernelFacts kernel, RingFacts ring, RecorderMaps maps) : RingWriter(kernel, ring, maps)
{
    protected override void Write()
    {
        var counted = new Label();
        Code.Load(Width.U64, R2, R1, 0);
        Code.Load(Width.U64, R3, R1, sizeof(ulong));
        Code.Load(Width.U32, R6, R1, 2 * sizeof(ulong));
        Code.Negate(R6);
        Code.Load(Width.U8, R8, R2, 0); // opcode is the first member of struct io_uring_sqe
        Code.Load(Width.U8, R3, R3, Ring.Opcode);
        Code.JumpIf(Condition.Equal, R3, 0, counted);
        Code.Move(R6, Never);
        Code.Place(counted);
        LoadFollowed();
        CountOperation();
    }
}

/// <summary>Program of <c>io_uring_complete(ctx, req, …)</c>: counts an operation by its result.</summary>
/// <remarks>
/// What is cancelled because the task ends has no result that anybody takes. One that completes again and again (multishot) has a request the last time alone. A failed one with opcode 0 is one that <see cref="RingRefusedWriter"/> has
/// counted: a NOP fails only where it is told to.
/// </remarks>
sealed class RingCompletedWriter(KernelFacts kernel, RingFacts ring, RecorderMaps maps) : RingWriter(kernel, ring, maps)
{
    // -MAX_ERRNO of include/linux/err.h (v6.18) as an int.
    const uint FirstErrno = unchecked((uint)-4095);

    // PF_EXITING, include/linux/sched.h (v6.18).
    const int Exiting = 4;

    protected override void Write()
    {
        Label failed = new(), known = new(), counted = new();
        Code.Load(Width.U64, R3, R1, sizeof(ulong));
        Code.JumpIf(Condition.Equal, R3, 0, Out);
        if (Ring.CompletionResult is { } result)
        {
            Code.Load(Width.U64, R2, R1, 2 * sizeof(ulong));
            Code.Load(Width.U32, R6, R2, result);
        }
        else
        {
            Code.Load(Width.U32, R6, R1, 3 * sizeof(ulong));
        }
        Code.Load64(R2, FirstErrno);
        Code.JumpIf(Condition.AboveOrEqual, R6, R2, failed);
        Code.Move(R6, 0);
        Code.Jump(known);
        Code.Place(failed);
        Code.Negate(R6);
        Code.Place(known);

        Code.Move(R1, Frame);
        Code.Add(R1, Value);
        Code.Move(R2, 1);
        Code.Add(R3, Ring.Opcode);
        Code.Call(Interop.BpfHeader.BPF_FUNC_probe_read_kernel);
        Code.Load(Width.U8, R8, Frame, Value);
        Code.JumpIf(Condition.NotEqual, R8, 0, counted);
        Code.JumpIf(Condition.NotEqual, R6, 0, Out);
        Code.Place(counted);
        Code.Call(Interop.BpfHeader.BPF_FUNC_get_current_task_btf);
        Code.Load(Width.U32, R1, R0, Kernel.TaskFlags);
        Code.JumpIf(Condition.AnyBit, R1, Exiting, Out);
        LoadFollowed();
        CountOperation();
    }
}
