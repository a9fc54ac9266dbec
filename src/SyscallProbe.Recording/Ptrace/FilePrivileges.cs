using System.Text;
using SyscallProbe.Recording.Host;
using SyscallProbe.Recording.Interop;
using Tmds.Linux;

namespace SyscallProbe.Recording.Ptrace;

/// <summary>Tells whether a recorder has kept a program from the privileges that its file gives.</summary>
static unsafe class FilePrivileges
{
    // include/uapi/linux/stat.h (v6.18).
    const uint S_ISUID = 0x800, S_ISGID = 0x400, S_IXGRP = 8;

    /// <summary>Looks at a thread that has just executed a program.</summary>
    /// <param name="byFilter">Whether its no_new_privs is the recorder's; where it is its own, the program would have got none either.</param>
    public static bool WereRefused(int tid, bool byFilter)
    {
        var program = Encoding.UTF8.GetBytes($"/proc/{tid}/exe\0");
        stat file;
        fixed (byte* path = program)
        {
            if (LibC.stat(path, &file) != 0) return false;
            var mode = (uint)file.st_mode;
            var givesUser = (mode & S_ISUID) != 0;
            var givesGroup = (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
            var givesCapabilities = KernelCall.HasExtendedAttribute(path, "security.capability");
            if (!givesUser && !givesGroup && !givesCapabilities) return false;
            if (ProcessStatus.Credentials(tid) is not { } has || (has.NoNewPrivileges && !byFilter) || KernelCall.IsWithoutSetId(path)) return false;
            return (givesUser && has.User != file.st_uid) || (givesGroup && has.Group != file.st_gid) || (givesCapabilities && has.User != 0 && has.Permitted == 0);
        }
    }
}
