using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Bpf.TaskStates;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

/// <summary>Program of <c>sched_process_exec(task, old_pid, bprm)</c>: arms, names the executable, and counts the execve.</summary>
/// <remarks>
/// Membership of a container begins here. The runtime's init is in the container's PID namespace, cgroup and mounts long before it is the
/// application, so none of these tells the two apart; its execve does. A process that was not followed is armed by an execve within a
/// remembered namespace (<c>runc exec</c>). That is the mount namespace, which containers that share their processes (a pod's, the host's) have each their own of; or,
/// of one that has the runtime's mounts, its PID namespace, which a namespace nested in it counts as. Not by cgroup: where both versions are mounted
/// (as by systemd's hybrid mode) runc puts containers into groups of version 1 alone, which a program has no id of, and a process that
/// <c>runc exec</c> starts is moved there before it is the application.
/// </remarks>
/// <param name="ownMounts">Inode number of the recorder's mount namespace, which is the runtime's.</param>
sealed class ExecWriter(KernelFacts kernel, RecorderMaps maps, uint ownMounts) : ProgramWriter(kernel, maps)
{
    // MAX_PID_NS_LEVEL, include/linux/pid_namespace.h (v6.18).
    const int MaxLevel = 32;

    protected override void Write()
    {
        Label stranger = new(), runtime = new(), first = new(), armed = new(), deciding = new(), plain = new(), unfollowed = new();
        Code.Load(Width.U64, R6, R1, 2 * sizeof(ulong));
        LoadCurrent(stranger);
        Code.Move(R9, R0);
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Armed, armed);
        Code.JumpIf(Condition.AnyBit, R1, Followed, first);
        Code.JumpIf(Condition.AnyBit, R1, TaskStates.Runtime, runtime);
        Code.Jump(Out);

        Code.Place(runtime);
        RememberOwnNamespace(otherwise: Out);
        LoadStorage(R7, create: false, Out);
        Code.Move(R9, R0);
        Code.Place(first);
        Code.Store(Width.U32, R9, TaskInit, 1);
        Code.Jump(armed);

        Code.Place(stranger);
        JumpUnlessInNamespace(Out);
        LoadStorage(R7, create: true, unfollowed);
        Code.Move(R9, R0);

        Code.Place(armed);
        NoteSeccomp();
        FindExecutable();
        MakeExecKey();
        Code.Store(Width.U32, R9, TaskState, Armed | SkipReturn);
        Code.Store(Width.U32, R9, TaskExecutable, R8);
        if (Kernel.ExecByDescriptor is { } byDescriptor)
        {
            // Then the name is the kernel's own, "/dev/fd/3", and none that the program gave.
            Code.Load(Width.U64, R1, R6, byDescriptor);
            Code.JumpIf(Condition.NotEqual, R1, 0, plain);
        }
        Code.Load(Width.U64, R8, R6, Kernel.ExecFilename);
        JumpIfDeciding(BPF_FUNC_probe_read_kernel_str, deciding);
        Code.Jump(plain);
        Code.Place(deciding);
        CountWithPath(BPF_FUNC_probe_read_kernel_str, counted: Out);
        Code.Place(plain);
        Count(done: Out);

        Code.Place(unfollowed);
        AddToControl(ControlUnfollowed);
    }

    // R1 = inode number of the task's mount namespace.
    void LoadMounts()
    {
        Code.Load(Width.U64, R1, R7, Kernel.Namespaces);
        Code.Load(Width.U64, R1, R1, Kernel.MountNamespace);
        Code.Load(Width.U32, R1, R1, Kernel.MountNamespaceInode);
    }

    // The task's mount namespace must be remembered, or one of its PID namespaces, from its own upwards. Those are read by address, as the level is an index.
    void JumpUnlessInNamespace(Label target)
    {
        const int address = -16, inode = -24;
        Label otherMounts = new(), next = new(), found = new();
        LoadMounts();
        Code.Store(Width.U32, Frame, inode, R1);
        LookUp(Maps.Namespaces, Frame, inode, otherMounts);
        Code.Jump(found);
        Code.Place(otherMounts);
        Code.Move(R3, R7);
        ReadKernel(Frame, address, sizeof(ulong), Kernel.ThreadPid);
        Code.Load(Width.U64, R8, Frame, address);
        Code.Move(R3, R8);
        ReadKernel(Frame, inode, sizeof(uint), Kernel.PidLevel);
        Code.Load(Width.U32, R9, Frame, inode);
        Code.JumpIf(Condition.Above, R9, MaxLevel, target);

        Code.Place(next);
        Code.JumpIf(Condition.BelowOrEqual, R9, 0, target); // level 0 is the host's; of a test for equality the verifier of 6.1 learns no bound, and the loop has no end for it
        Code.Move(R3, R9);
        Code.Multiply(R3, Kernel.PidLevelBytes);
        Code.Add(R3, R8);
        ReadKernel(Frame, address, sizeof(ulong), Kernel.PidNamespaceOfLevel0);
        Code.Load(Width.U64, R3, Frame, address);
        ReadKernel(Frame, inode, sizeof(uint), Kernel.NamespaceInode);
        Code.Add(R9, -1);
        LookUp(Maps.Namespaces, Frame, inode, next);
        Code.Place(found);
    }

    // Jumps unless the task is number 1 of a PID namespace that is not the host's; from now on what is executed among its mounts, or in that namespace, belongs to it.
    void RememberOwnNamespace(Label otherwise)
    {
        const int address = -16, number = -24;
        Label inserted = new(), sameMounts = new();
        Code.Move(R3, R7);
        ReadKernel(Frame, address, sizeof(ulong), Kernel.ThreadPid);
        Code.Load(Width.U64, R8, Frame, address);
        Code.Move(R3, R8);
        ReadKernel(Frame, number, sizeof(uint), Kernel.PidLevel);
        Code.Load(Width.U32, R9, Frame, number);
        Code.JumpIf(Condition.Above, R9, MaxLevel, otherwise);
        Code.JumpIf(Condition.Equal, R9, 0, otherwise);
        Code.Multiply(R9, Kernel.PidLevelBytes);
        Code.Add(R8, R9);
        Code.Move(R3, R8);
        ReadKernel(Frame, number, sizeof(uint), Kernel.PidNumberOfLevel0);
        Code.Load(Width.U32, R1, Frame, number);
        Code.JumpIf(Condition.NotEqual, R1, 1, otherwise);
        Code.Move(R3, R8);
        ReadKernel(Frame, address, sizeof(ulong), Kernel.PidNamespaceOfLevel0);
        Code.Load(Width.U64, R3, Frame, address);
        ReadKernel(Frame, number, sizeof(uint), Kernel.NamespaceInode);
        LoadMounts();
        Code.Load64(R2, ownMounts);
        Code.JumpIf(Condition.Equal, R1, R2, sameMounts);
        Code.Store(Width.U32, Frame, number, R1);
        Code.Place(sameMounts);
        Code.Store(Width.U64, Frame, Value, 1);
        Insert(Maps.Namespaces, Frame, number, inserted);
        Code.Place(inserted);
    }

    // to = *(R3 + member); what cannot be read is 0.
    void ReadKernel(Register to, int offset, int bytes, int member)
    {
        Code.Add(R3, member);
        Code.Move(R2, bytes);
        Code.Move(R1, to);
        Code.Add(R1, offset);
        Code.Call(BPF_FUNC_probe_read_kernel);
    }

    // R8 = id of the program that runs from now on: of a script the interpreter.
    void FindExecutable()
    {
        Label named = new(), absent = new(), found = new(), full = new(), read = new();
        Code.Move(R8, 0);
        Code.Store(Width.U32, Frame, Index, 0);
        LookUp(Maps.Scratch, Frame, Index, named);
        Code.Move(R8, R0);
        Clear(R8, 0);
        Code.Load(Width.U64, R3, R6, Kernel.ExecInterpreter);
        ReadString(BPF_FUNC_probe_read_kernel_str, R8, 0, PathBytes, R3, full);
        KeepIfSelf(read, named);

        Code.Place(read);
        LookUp(Maps.Executables, R8, 0, absent);
        Code.Place(found);
        Code.Load(Width.U32, R8, R0, 0);
        Code.Jump(named);

        Code.Place(absent);
        Code.LoadMapValue(R1, Maps.Control.Fd, ControlExecutables);
        Code.Move(R2, 1);
        Code.AtomicFetchAdd(Width.U32, R1, 0, R2);
        Code.Add(R2, 1);
        Code.JumpIf(Condition.Above, R2, ushort.MaxValue, full);
        Code.Store(Width.U64, Frame, Value, R2);
        var inserted = new Label();
        Insert(Maps.Executables, R8, 0, inserted);
        LookUp(Maps.Executables, R8, 0, full);
        Code.Jump(found);

        Code.Place(full);
        AddToControl(ControlExecutablesFull);
        Code.Move(R8, 0);
        Code.Jump(named);
        Code.Place(inserted);
        Code.Load(Width.U32, R8, Frame, Value);
        Code.Place(named);
    }

    // "/proc/self/exe" is the program that runs already, whose name says more.
    void KeepIfSelf(Label other, Label named)
    {
        var unknown = new Label();
        const string self = "/proc/self/exe";
        for (var i = 0; i < self.Length + 1; i += sizeof(ulong))
        {
            Code.Load(Width.U64, R1, R8, i);
            Code.Load64(R2, Word(self[i..Math.Min(i + sizeof(ulong), self.Length)]));
            Code.JumpIf(Condition.NotEqual, R1, R2, other);
        }
        Code.Load(Width.U32, R1, R9, TaskExecutable);
        Code.JumpIf(Condition.Equal, R1, 0, unknown);
        Code.Move(R8, R1);
        Code.Jump(named);
        Code.Place(unknown);
    }

    // The key of the execve itself, made by the program from before; the first one by the program that it starts, as before it was the runtime.
    void MakeExecKey()
    {
        Label unprepared = new(), first = new(), done = new();
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Prepared, done);

        // Without the earlier tracepoint the registers are gone, and the kernel has written execve's number over the call's.
        MarkWithoutRegisters();
        KeepKey();
        Code.Place(done);
        TakeKey();
        Code.Load(Width.U32, R1, R9, TaskState);
        Code.JumpIf(Condition.AnyBit, R1, Armed, unprepared);
        Code.Jump(first);
        Code.Place(unprepared);
        Code.Load(Width.U16, R1, Frame, Key + KeyExecutable);
        var attributed = new Label();
        Code.JumpIf(Condition.NotEqual, R1, 0, attributed);
        Code.Place(first);
        Code.Store(Width.U16, Frame, Key + KeyExecutable, R8);
        Code.Place(attributed);
    }

    void MarkWithoutRegisters()
    {
        Label execve = new(), compat = new(), numbered = new();
        for (var i = 0; i < KeyBytes; i += sizeof(ulong)) Code.Store(Width.U64, Frame, Key + i, 0);
        MarkPhaseAndExecutable();
        Code.Store(Width.U16, Frame, Key + KeyFlags, ArgumentsUnknown);
        Code.Store(Width.U8, Frame, Key + KeyAbi, (int)Kernel.Native);
        JumpIfCompat(compat);
        Code.Store(Width.U32, Frame, Key + KeyNr, Kernel.NumberOf("execve")!.Value);
        if (Kernel.ExecByDescriptor is { } byDescriptor)
        {
            Code.Load(Width.U64, R1, R6, byDescriptor);
            Code.JumpIf(Condition.Equal, R1, 0, numbered);
            Code.Store(Width.U32, Frame, Key + KeyNr, Kernel.NumberOf("execveat")!.Value);
        }
        Code.Jump(numbered);
        if (Kernel.Layout.Compat is { } other)
        {
            Code.Place(compat);
            Code.Store(Width.U8, Frame, Key + KeyAbi, (int)other.Abi);
            Code.Store(Width.U32, Frame, Key + KeyNr, Kernel.CompatNumberOf("execve")!.Value);
        }
        Code.Place(numbered);
    }
}
