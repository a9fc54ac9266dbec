using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>An ioctl on one of NVIDIA's devices.</summary>
/// <param name="Number">What nvproxy looks up: the number in the command for <c>/dev/nvidiactl</c> and <c>/dev/nvidia#</c>, the whole command for <c>/dev/nvidia-uvm</c>.</param>
/// <param name="Inner">The table of what the command carries, null when it carries nothing that decides.</param>
/// <param name="InnerArgument">The key argument that holds it.</param>
/// <param name="InnerNumber">Null where it was not recorded.</param>
/// <param name="IsCertain">Whether the file is known to be such a device, and not only may be.</param>
readonly record struct NvproxyCall(NvproxyKind Kind, uint Number, NvproxyKind? Inner, string? InnerArgument, uint? InnerNumber, bool IsCertain)
{
    const uint Magic = 'F' << 8;

    // Framebuffers have the same letter and lower numbers: include/uapi/linux/fb.h.
    const uint FirstNumber = 0x20;

    // Numbers of nv_escape.h that carry another one: NV_ESC_RM_ALLOC_MEMORY, NV_ESC_RM_CONTROL, NV_ESC_RM_ALLOC.
    static (NvproxyKind Kind, string Argument)? InnerOf(uint number) => number switch
    {
        0x27 => (NvproxyKind.Memory, "class"),
        0x2a => (NvproxyKind.Control, "control"),
        0x2b => (NvproxyKind.Class, "class"),
        _ => null,
    };

    /// <summary>Reads a call; null when it is no ioctl, or on a file that is no such device.</summary>
    /// <remarks>Recordings do not have the path of an ioctl's file: then the command tells, as the two devices have no number in common.</remarks>
    public static NvproxyCall? Of(Call call)
    {
        if (call.Syscall != "ioctl" || call.ValueOf("cmd") is not { } value) return null;
        if (call.Fd != FdKind.Unknown && (call.Fd & FdKind.Device) == 0) return null;
        var cmd = (uint)value;
        if ((call.Path is null ? KindOf(cmd) : KindOf(call.Path)) is not { } kind) return null;
        var number = kind == NvproxyKind.Frontend ? cmd & 0xff : cmd;
        var inner = kind == NvproxyKind.Frontend ? InnerOf(number) : null;
        return new NvproxyCall(kind, number, inner?.Kind, inner?.Argument, inner is var (_, argument) && call.ValueOf(argument) is { } carried ? (uint)carried : null,
            call.Path is not null || call.Fd == FdKind.Device);
    }

    /// <summary>Which device a path is; null when none of them.</summary>
    public static NvproxyKind? KindOf(string? path) => path switch
    {
        "/dev/nvidia-uvm" => NvproxyKind.Uvm,
        "/dev/nvidiactl" => NvproxyKind.Frontend,
        not null when path.StartsWith("/dev/nvidia", StringComparison.Ordinal) && path.Length > 11 && path.AsSpan(11).IndexOfAnyExceptInRange('0', '9') < 0 => NvproxyKind.Frontend,
        _ => null,
    };

    // UVM_INITIALIZE and UVM_DEINITIALIZE, or a bare number from UVM_CREATE_RANGE_GROUP on.
    static NvproxyKind? KindOf(uint cmd) =>
        (cmd & 0xc000ff00) == (0xc0000000 | Magic) && (cmd & 0xff) >= FirstNumber ? NvproxyKind.Frontend
        : cmd is 0x30000001 or 0x30000002 or (>= 23 and < 256) ? NvproxyKind.Uvm : null;
}
