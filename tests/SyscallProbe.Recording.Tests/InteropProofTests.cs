using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using SyscallProbe.Recording.Bpf;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using SyscallProbe.Recording.Tests.Workloads;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests;

/// <summary>Lets the C compiler judge every constant, size and offset that is written down in C#, against the installed kernel headers.</summary>
public sealed class InteropProofTests
{
    // Types whose constants have the names of the header.
    static readonly Dictionary<Type, string> s_headers = new()
    {
        [typeof(BpfHeader)] = "linux/bpf.h",
        [typeof(BtfHeader)] = "linux/btf.h",
        [typeof(SeccompHeader)] = "linux/seccomp.h",
        [typeof(AuditHeader)] = "linux/audit.h",
        [typeof(PrctlHeader)] = "linux/prctl.h",
        [typeof(Openat2Header)] = "linux/openat2.h",
        [typeof(SpawnHeader)] = "spawn.h",
        [typeof(WaitHeader)] = "sys/wait.h",
        [typeof(FcntlHeader)] = "linux/fcntl.h",
        [typeof(PtraceHeader)] = "linux/ptrace.h",
        [typeof(AuditHeader)] = "linux/audit.h",
        [typeof(KvmHeader)] = "linux/kvm.h",
        [typeof(AuxvHeader)] = "linux/auxvec.h",
        [typeof(ElfHeader)] = "linux/elf.h",
        [typeof(Wait4Header)] = "linux/wait.h",
        [typeof(StatvfsHeader)] = "sys/statvfs.h",
    };

    // C# struct, C type, and what stands before a field's name in C.
    static readonly (Type Type, string CType, string Prefix)[] s_structs =
    [
        (typeof(BpfMapCreate), "union bpf_attr", ""),
        (typeof(BpfMapElement), "union bpf_attr", ""),
        (typeof(BpfMapBatch), "union bpf_attr", "batch."),
        (typeof(BpfProgramLoad), "union bpf_attr", ""),
        (typeof(BpfRawTracepoint), "union bpf_attr", "raw_tracepoint."),
        (typeof(BpfBtfLoad), "union bpf_attr", ""),
        (typeof(BpfObjectInfo), "union bpf_attr", "info."),
        (typeof(BpfProgramInfo), "struct bpf_prog_info", ""),
        (typeof(ChildSignalInfo), "siginfo_t", ""),
        (typeof(OpenHow), "struct open_how", ""),
        (typeof(PtraceSyscallInfo), "struct ptrace_syscall_info", ""),
        (typeof(PtraceSyscallEntry), "struct ptrace_syscall_info", "entry."),
        (typeof(PtraceSyscallExit), "struct ptrace_syscall_info", "exit."),
        (typeof(SignalAction), "struct sigaction", ""),
        (typeof(FileSystemStatus), "struct statvfs", ""),
        (typeof(SockFilter), "struct sock_filter", ""),
        (typeof(SockProgram), "struct sock_fprog", ""),
        (typeof(SeccompData), "struct seccomp_data", ""),
        (typeof(SeccompNotification), "struct seccomp_notif", ""),
        (typeof(SeccompResponse), "struct seccomp_notif_resp", ""),
    ];

    [Fact]
    public void Constants_sizes_and_offsets_are_those_of_the_headers()
    {
        HostRequirement.Require(program: "cc");
        Assert.SkipUnless(s_headers.Values.Where(header => header.StartsWith("linux/", StringComparison.Ordinal)).All(header => File.Exists("/usr/include/" + header)), "needs the kernel's headers in /usr/include/linux");
        using var folder = new TemporaryFolder();
        var source = Path.Combine(folder.Path, "proof.c");
        File.WriteAllText(source, Proof());

        Workload.TryCompile(source, Path.Combine(folder.Path, "proof.o"), "-c").Should().BeEmpty();
    }

    [Fact]
    public void Every_type_of_the_folder_is_proved()
    {
        var types = typeof(BpfHeader).Assembly.GetTypes().Where(type => type.Namespace == typeof(BpfHeader).Namespace && type.DeclaringType is null);

        // BpfObjectName and SeccompArguments are proved as fields; other types hold calls and no layout.
        var proved = s_headers.Keys.Concat(s_structs.Select(it => it.Type)).Append(typeof(BpfObjectName)).Append(typeof(SeccompArguments));
        types.Where(type => type.IsValueType || type.Name.EndsWith("Header", StringComparison.Ordinal)).Should().BeEquivalentTo(proved);
    }

    static string Proof()
    {
        var text = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <linux/pidfd.h>\n#include <linux/types.h>\n#include <linux/filter.h>\n#include <sys/ioctl.h>\n");
        foreach (var (type, header) in s_headers)
        {
            text.Append($"#include <{header}>\n");
            foreach (var constant in type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.IsLiteral))
            {
                Claim(text, $"{constant.Name} == {constant.GetRawConstantValue()}");
            }
        }
        foreach (var (type, cType, prefix) in s_structs)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
            {
                Claim(text, $"offsetof({cType}, {prefix}{field.Name}) == {Marshal.OffsetOf(type, field.Name)}");
                Claim(text, $"sizeof((({cType} *)0)->{prefix}{field.Name}) == {Marshal.SizeOf(field.FieldType)}");
            }
        }
        Claim(text, $"sizeof(struct bpf_insn) == {Marshal.SizeOf<Instruction>()}");
        Claim(text, $"offsetof(struct bpf_insn, off) == {Marshal.OffsetOf<Instruction>("<Offset>k__BackingField")}");
        Claim(text, $"offsetof(struct bpf_insn, imm) == {Marshal.OffsetOf<Instruction>("<Immediate>k__BackingField")}");
        Claim(text, $"sizeof(posix_spawnattr_t) <= {ChildProcess.OpaqueSizeBytes} && sizeof(posix_spawn_file_actions_t) <= {ChildProcess.OpaqueSizeBytes}");
        text.Append("#ifdef PIDFD_THREAD /* from the headers of 6.9 on */\n");
        Claim(text, $"PIDFD_THREAD == {SyscallProbe.Recording.Interop.Kernel.PIDFD_THREAD}");
        return text.Append("#endif\n").ToString();
    }

    static void Claim(StringBuilder text, string claim) => text.Append($"_Static_assert({claim}, \"{claim}\");\n");
}
