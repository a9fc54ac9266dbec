using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

sealed partial class SyscallExitWriter
{
    readonly Label _newFast = new();
    readonly Label _newKind = new();
    readonly Label _newPath = new();

    // Sends the stack of a kind that has just been counted for the first time. Where the ring is full the kind has no stack, which is counted: its own count stands.
    void WriteStacks(BpfMap stacks)
    {
        Label hasKey = new(), noTop = new();

        // On the short way no key was made; R6 = 8 × number. It is the first on this CPU.
        Code.Place(_newFast);
        Code.ShiftRight(R6, 3);
        for (var i = 0; i < KeyBytes; i += sizeof(ulong)) Code.Store(Width.U64, Frame, Key + i, 0);
        Code.Store(Width.U32, Frame, Key + KeyNr, R6);
        Code.Store(Width.U8, Frame, Key + KeyAbi, (int)Kernel.Native);
        MarkPhaseAndExecutable();

        Code.Place(_newKind);
        Code.Store(Width.U32, Frame, Index, 0);
        LookUp(Maps.Scratch, Frame, Index, Out);
        Code.Move(R7, R0);
        CopyWords(Frame, Key, R7, 0, KeyBytes);
        Code.Store(Width.U32, R7, StackNote.HasPath, 0);
        Code.Jump(hasKey);

        Code.Place(_newPath); // R7 = key and path
        Code.Store(Width.U32, R7, StackNote.HasPath, 1);

        Code.Place(hasKey);
        Code.Call(BPF_FUNC_get_current_pid_tgid);
        Code.ShiftRight(R0, 32);
        Code.Store(Width.U32, R7, StackNote.Pid, R0);
        Code.Call(BPF_FUNC_get_current_task_btf);
        Code.Move(R6, R0);
        Code.Move(R1, R6);
        Code.Move(R2, R7);
        Code.Add(R2, StackNote.Addresses);
        Code.Move(R3, StackNote.MaxFrames * sizeof(ulong));
        Code.Move(R4, BPF_F_USER_STACK);
        Code.Call(BPF_FUNC_get_task_stack);
        Code.Store(Width.U64, R7, StackNote.Length, R0);

        // A wrapper in the C library makes no frame: the address that it returns to is on top of the stack, and missing from the walk.
        Code.Store(Width.U64, R7, StackNote.Top, 0);
        if (Kernel.StackPointer is { } pointer)
        {
            Code.Move(R1, R6);
            Code.Call(BPF_FUNC_task_pt_regs);
            Code.JumpIf(Condition.Equal, R0, 0, noTop);
            Code.Load(Width.U64, R3, R0, pointer);
            Code.Move(R1, R7);
            Code.Add(R1, StackNote.Top);
            Code.Move(R2, sizeof(ulong));
            Code.Call(BPF_FUNC_probe_read_user);
            Code.Place(noTop);
        }
        Code.LoadMap(R1, stacks.Fd);
        Code.Move(R2, R7);
        Code.Move(R3, StackNote.End);
        Code.Move(R4, 0);
        Code.Call(BPF_FUNC_ringbuf_output);
        Code.JumpIf(Condition.Equal, R0, 0, Out);
        AddToControl(ControlStacksDropped);
        Code.Jump(Out);
    }
}
