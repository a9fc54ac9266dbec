using System.Text;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Bpf;

/// <summary>A program that the kernel's verifier has accepted and that runs at a tracepoint until it is disposed.</summary>
sealed unsafe class BpfProgram : BpfHandle
{
    const int LogBytes = 4 << 20;
    const int LogLinesShown = 20;

    // Helpers that read kernel memory are for programs under the GPL; a dual licence is one to the kernel (include/linux/license.h, v6.18).
    static ReadOnlySpan<byte> Licence => "Dual MIT/GPL\0"u8;

    BpfProgram(int fd) : base(fd)
    {
    }

    /// <summary>Loads a tp_btf program: its context holds the tracepoint's arguments, typed.</summary>
    /// <param name="tracepointId">From <see cref="BtfTypes.TracepointId"/>.</param>
    /// <exception cref="FailureException">Not permitted, or the verifier refuses; then its last lines are in the message.</exception>
    public static BpfProgram Load(string name, int tracepointId, Instruction[] code)
    {
        fixed (Instruction* instructions = code)
        fixed (byte* licence = Licence)
        {
            var attribute = new BpfProgramLoad
            {
                prog_type = BpfHeader.BPF_PROG_TYPE_TRACING,
                expected_attach_type = BpfHeader.BPF_TRACE_RAW_TP,
                attach_btf_id = (uint)tracepointId,
                insn_cnt = (uint)code.Length,
                insns = (ulong)instructions,
                license = (ulong)licence,
                prog_name = new BpfObjectName(name),
            };
            var fd = Kernel.Bpf(BpfHeader.BPF_PROG_LOAD, ref attribute);
            if (fd >= 0) return new BpfProgram(fd);
            var isForbidden = LibC.errno == LibC.EPERM;
            var refused = Kernel.Failed("bpf", $"BPF_PROG_LOAD '{name}'");
            if (isForbidden) throw refused;

            // Writing the log costs, so the kernel is asked for it only when there is something to read.
            var log = new byte[LogBytes];
            fixed (byte* buffer = log)
            {
                attribute.log_level = 1;
                attribute.log_size = LogBytes;
                attribute.log_buf = (ulong)buffer;
                fd = Kernel.Bpf(BpfHeader.BPF_PROG_LOAD, ref attribute);
            }
            if (fd >= 0) return new BpfProgram(fd);
            throw new FailureException(refused.Failure with
            {
                Code = FailureCode.RecordingFailed,
                Where = LastLines(Encoding.UTF8.GetString(log).TrimEnd('\0', '\n')),
                Fix = "use a kernel from 5.15 on; where it is one, report this as a bug with the lines above",
            });
        }
    }

    /// <summary>Times that the kernel skipped the program because it already ran on that CPU: calls that were not counted. 0 before Linux 5.12.</summary>
    public ulong Misses()
    {
        var info = default(BpfProgramInfo);
        var attribute = new BpfObjectInfo { bpf_fd = (uint)Fd, info = (ulong)&info, info_len = (uint)sizeof(BpfProgramInfo) };
        return Kernel.Bpf(BpfHeader.BPF_OBJ_GET_INFO_BY_FD, ref attribute) == 0 ? info.recursion_misses : throw Kernel.Failed("bpf", "BPF_OBJ_GET_INFO_BY_FD");
    }

    /// <summary>Lets the program run from now on, until the handle is disposed.</summary>
    public BpfHandle Attach(string name)
    {
        var attribute = new BpfRawTracepoint { prog_fd = (uint)Fd };
        var fd = Kernel.Bpf(BpfHeader.BPF_RAW_TRACEPOINT_OPEN, ref attribute);
        return fd >= 0 ? new BpfHandle(fd) : throw Kernel.Failed("bpf", $"BPF_RAW_TRACEPOINT_OPEN '{name}'");
    }

    /// <summary>The end of a verifier's log, with the number of lines left out.</summary>
    public static string LastLines(string log)
    {
        var lines = log.Split('\n');
        if (lines.Length <= LogLinesShown) return log;
        return $"({lines.Length - LogLinesShown} lines omitted)\n" + string.Join('\n', lines[^LogLinesShown..]);
    }
}
