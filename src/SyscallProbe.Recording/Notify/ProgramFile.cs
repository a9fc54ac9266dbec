using System.Text;
using Tmds.Linux;

namespace SyscallProbe.Recording.Notify;

/// <summary>A program by its file: device and inode, which a bind mount of it has as well.</summary>
readonly record struct ProgramFile(ulong Device, ulong Inode)
{
    const string CopyOfRunc = "/memfd:runc_cloned:";

    /// <summary>Whether a process runs this runc: itself bound elsewhere, or the copy that it makes in memory (libcontainer/nsenter/cloned_binary.c, runc 1.1).</summary>
    public bool IsRunBy(int pid) => Of($"/proc/{pid}/exe") == this || new FileInfo($"/proc/{pid}/exe").LinkTarget?.StartsWith(CopyOfRunc, StringComparison.Ordinal) == true;

    /// <summary>The file at a path, links followed; the default where there is none.</summary>
    public static unsafe ProgramFile Of(string path)
    {
        stat info;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return LibC.stat(text, &info) == 0 ? new ProgramFile((ulong)info.st_dev, (ulong)info.st_ino) : default;
        }
    }
}
