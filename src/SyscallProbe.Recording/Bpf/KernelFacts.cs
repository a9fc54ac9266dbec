using System.Collections.Immutable;

namespace SyscallProbe.Recording.Bpf;

/// <summary>The running kernel's offsets, and the numbers of the calls that the programs treat apart.</summary>
sealed class KernelFacts
{
    /// <param name="readsTyped">Whether programs read kernel memory by typed pointers where the kernel has what that needs.</param>
    public KernelFacts(BtfTypes types, RegisterLayout layout, bool readsTyped)
    {
        Layout = layout;
        Number = types.OffsetOf("pt_regs", layout.Number);
        Result = types.OffsetOf("pt_regs", layout.Result);
        StackPointer = layout.Native.Abi == Abi.Amd64 ? types.OffsetOf("pt_regs", "sp") : null;
        Arguments = [.. layout.Native.Arguments.Select(name => types.OffsetOf("pt_regs", name))];
        CompatArguments = layout.Compat is { } compat ? [.. compat.Arguments.Select(name => types.OffsetOf("pt_regs", name))] : [];
        CompatFlag = layout.Compat is null ? 0 : types.OffsetOf("task_struct", layout.CompatFlag);
        SeccompMode = types.HasMember("task_struct", "seccomp.mode") ? types.OffsetOf("task_struct", "seccomp.mode") : null;
        TaskFlags = types.OffsetOf("task_struct", "flags");
        ExitCode = types.OffsetOf("task_struct", "exit_code");
        GroupLeader = types.OffsetOf("task_struct", "group_leader");
        RealParent = types.OffsetOf("task_struct", "real_parent");
        ThreadPid = types.OffsetOf("task_struct", "thread_pid");
        PidLevel = types.OffsetOf("pid", "level");
        PidNamespaceOfLevel0 = types.OffsetOf("pid", "numbers[0].ns");
        PidNumberOfLevel0 = types.OffsetOf("pid", "numbers[0].nr");
        PidLevelBytes = types.OffsetOf("pid", "numbers[1].ns") - PidNamespaceOfLevel0;
        Namespaces = types.OffsetOf("task_struct", "nsproxy");
        MountNamespace = types.OffsetOf("nsproxy", "mnt_ns");
        MountNamespaceInode = types.OffsetOf("mnt_namespace", "ns.inum");
        NamespaceInode = types.OffsetOf("pid_namespace", "ns.inum");
        ExecFilename = types.OffsetOf("linux_binprm", "filename");
        ExecInterpreter = types.OffsetOf("linux_binprm", "interp");
        ExecByDescriptor = types.HasMember("linux_binprm", "fdpath") ? types.OffsetOf("linux_binprm", "fdpath") : null;
        SignalHandler = types.OffsetOf("k_sigaction", "sa.sa_handler");
        SignalFlags = types.OffsetOf("k_sigaction", "sa.sa_flags");
        Files = FileFacts.Find(types);
        Typed = readsTyped && Files is not null ? TypedReads.Find(types) : null;
    }

    public RegisterLayout Layout { get; }

    // Within struct pt_regs.
    public int Number { get; }
    public int Result { get; }

    /// <summary>Where a call instruction leaves the return address on the stack; null where it does not.</summary>
    public int? StackPointer { get; }

    public ImmutableArray<int> Arguments { get; }
    public ImmutableArray<int> CompatArguments { get; }

    // Within struct task_struct. SeccompMode is null in a kernel without seccomp.
    public int CompatFlag { get; }
    public int? SeccompMode { get; }
    public int TaskFlags { get; }
    public int ExitCode { get; }
    public int GroupLeader { get; }
    public int RealParent { get; }
    public int ThreadPid { get; }

    // From a task's struct pid to its number and to the inode number of the PID namespace of each level.
    public int PidLevel { get; }
    public int PidNumberOfLevel0 { get; }
    public int PidNamespaceOfLevel0 { get; }
    public int PidLevelBytes { get; }
    public int NamespaceInode { get; }

    // From a task to the inode number of its mount namespace.
    public int Namespaces { get; }
    public int MountNamespace { get; }
    public int MountNamespaceInode { get; }

    // Within struct linux_binprm. ExecByDescriptor is null before Linux 5.8.
    public int ExecFilename { get; }
    public int ExecInterpreter { get; }
    public int? ExecByDescriptor { get; }

    // Within struct k_sigaction.
    public int SignalHandler { get; }
    public int SignalFlags { get; }

    /// <summary>The way from a task to the file behind a descriptor; null in a kernel where it is another.</summary>
    public FileFacts? Files { get; }

    /// <summary>What the way to a file takes without a helper; null where each step is a call of bpf_probe_read_kernel.</summary>
    public TypedReads? Typed { get; }

    public Abi Native => Layout.Native.Abi;

    /// <summary>A native call's number by name; every table has the names that are asked for, or the call is not there to be seen.</summary>
    public int? NumberOf(string name) => Syscalls.NrOf(Native, name)?.Value;

    public int? CompatNumberOf(string name) => Layout.Compat is { } compat ? Syscalls.NrOf(compat.Abi, name)?.Value : null;
}
