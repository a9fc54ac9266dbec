using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace SyscallProbe.Recording.Bpf;

/// <summary>A file descriptor of a BPF object. The kernel frees the object with its last descriptor: nothing is pinned, nothing outlives the process.</summary>
class BpfHandle : SafeHandleMinusOneIsInvalid
{
    public BpfHandle(int fd) : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The number for byte code and attributes; valid only while this handle is not disposed.</summary>
    public int Fd => IsClosed ? throw new ObjectDisposedException(GetType().Name) : (int)handle;

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
