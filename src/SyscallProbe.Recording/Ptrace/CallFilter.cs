using System.Runtime.InteropServices;
using SyscallProbe.Recording.Interop;
using static SyscallProbe.Recording.Interop.BpfHeader;
using static SyscallProbe.Recording.Interop.SeccompHeader;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>The seccomp filter that lets <see cref="WatchedCalls.Unwatched"/> pass at full speed and stops for the tracer at all else.</summary>
/// <remarks>It looks at architecture and number alone, so that the kernel remembers its answer for each number and does not run it again (kernel/seccomp.c, seccomp_cache_prepare, v6.18).</remarks>
static class CallFilter
{
    /// <summary>The filter in classic BPF: an array of <see cref="SockFilter"/>.</summary>
    public static ReadOnlySpan<byte> Program => s_program;

    static readonly byte[] s_program = MemoryMarshal.AsBytes<SockFilter>(Make().ToArray()).ToArray();

    static List<SockFilter> Make()
    {
        const uint number = 0, architecture = 4; // offsets in struct seccomp_data
        List<SockFilter> code =
        [
            new(BPF_LD | BPF_W | BPF_ABS, 0, 0, architecture),
            new(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AuditHeader.Of(Kernel.HostAbi)),
            new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRACE),
            new(BPF_LD | BPF_W | BPF_ABS, 0, 0, number),
        ];
        foreach (var (first, last) in WatchedCalls.Unwatched)
        {
            code.Add(new(BPF_JMP | BPF_JGE | BPF_K, 0, 2, (uint)first));
            code.Add(new(BPF_JMP | BPF_JGT | BPF_K, 1, 0, (uint)last));
            code.Add(new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW));
        }
        code.Add(new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRACE));
        return code;
    }
}
