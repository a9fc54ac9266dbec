namespace SyscallProbe.Matrix;

/// <summary>Which of nvproxy's tables a command is in.</summary>
public enum NvproxyKind
{
    /// <summary>Number of an ioctl on <c>/dev/nvidiactl</c> and <c>/dev/nvidia#</c>.</summary>
    Frontend,

    /// <summary>ioctl on <c>/dev/nvidia-uvm</c>.</summary>
    Uvm,

    /// <summary>Control command inside <c>NV_ESC_RM_CONTROL</c>.</summary>
    Control,

    /// <summary>Class inside <c>NV_ESC_RM_ALLOC</c>.</summary>
    Class,

    /// <summary>Class inside <c>NV_ESC_RM_ALLOC_MEMORY</c>.</summary>
    Memory,
}
