namespace SyscallProbe.Recording.Bpf;

/// <summary>Offsets on the way from a task to what is behind one of its descriptors.</summary>
/// <remarks>
/// task_struct.files, files_struct.fdt, fdtable.fd[n], file.f_inode and file.f_path.dentry: include/linux/fdtable.h, include/linux/fs.h (v6.18). A socket's file has its struct
/// socket in private_data: net/socket.c; sock.sk_protocol: include/net/sock.h (v6.18), 16 bits since v5.6.
/// </remarks>
sealed record FileFacts(
    int TaskFiles, int FilesTable, int TableLimit, int TableFiles, int FileInode, int FileEntry, int InodeMode, int InodeDevice, int InodeFileSystem,
    int FileSystemMagic, int EntryName, int FileData, int SocketSock, int SockFamily, int SockProtocol)
{
    static readonly (string Type, string Member)[] s_members =
    [
        ("task_struct", "files"), ("files_struct", "fdt"), ("fdtable", "max_fds"), ("fdtable", "fd"), ("file", "f_inode"), ("file", "f_path.dentry"),
        ("inode", "i_mode"), ("inode", "i_rdev"), ("inode", "i_sb"), ("super_block", "s_magic"), ("dentry", "d_name.name"),
        ("file", "private_data"), ("socket", "sk"), ("sock", "__sk_common.skc_family"), ("sock", "sk_protocol"),
    ];

    /// <summary>Null when the kernel lacks one of the members: then kinds of files are left out, and count as not known.</summary>
    public static FileFacts? Find(BtfTypes types)
    {
        if (!s_members.All(member => types.HasMember(member.Type, member.Member))) return null;
        var at = s_members.Select(member => types.OffsetOf(member.Type, member.Member)).ToArray();
        return new FileFacts(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9], at[10], at[11], at[12], at[13], at[14]);
    }
}
