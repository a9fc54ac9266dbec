using System.Text;
using SyscallProbe.Doctor;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Node;

/// <summary>Asks KVM whether it works: the file alone tells nothing, as it is there on machines that can make no virtual machine.</summary>
public static class KvmDevice
{
    /// <summary>The device.</summary>
    public const string Path = "/dev/kvm";

    /// <summary>Opens a device, asks for its version and makes a virtual machine without memory and processors, which is gone again when this returns. Some milliseconds.</summary>
    /// <param name="path"><see cref="Path"/>.</param>
    /// <returns>Null where there is no such file.</returns>
    public static KvmFacts? Ask(string path)
    {
        var fd = Open(path);
        if (fd < 0)
        {
            var errno = LibC.errno;
            if (errno == LibC.ENOENT) return null;
            return new KvmFacts(null, errno == LibC.EACCES || errno == LibC.EPERM, new KernelCallException("open", path, errno).Message);
        }
        try
        {
            var version = Control(fd, KvmHeader.KVM_GET_API_VERSION);
            if (version < 0) return new KvmFacts(null, false, new KernelCallException("ioctl KVM_GET_API_VERSION", path, LibC.errno).Message);
            var machine = Control(fd, KvmHeader.KVM_CREATE_VM);
            if (machine < 0) return new KvmFacts(version, false, new KernelCallException("ioctl KVM_CREATE_VM", path, LibC.errno).Message);
            LibC.close(machine);
            return new KvmFacts(version, false, null);
        }
        finally
        {
            LibC.close(fd);
        }
    }

    static unsafe int Open(string path)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0')) return LibC.open(text, LibC.O_RDWR | LibC.O_CLOEXEC);
    }

    static unsafe int Control(int fd, uint request) => LibC.ioctl(fd, (int)request, (void*)null);
}
