using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

// What is behind the descriptor of a call whose answer depends on it.
abstract partial class ProgramWriter
{
    // Room that nothing else needs before the arguments are read: the descriptor or the word in the making, what was read, and the file.
    const int Kept = Dependence, Read = Dependence + 8, Opened = Value;

    // Notes the file in the key. With EBADF the call took no file, whatever is there by now. The task may close the descriptor on another CPU meanwhile: then a read fails or tells of the file before.
    void WriteFile()
    {
        if (Kernel.Files is not { } files) return;
        Label done = new(), anonymous = new(), pidfd = new(), named = new(), device = new(), socket = new(), store = new();
        Code.Store(Width.U64, Frame, Index, R8);
        Code.Load(Width.U8, R1, R6, SpecFile);
        Code.JumpIf(Condition.Equal, R1, NoPath, done);
        Code.JumpIf(Condition.Equal, R8, -LibC.EBADF, done);
        LoadArgument(R8, SpecFile);
        Code.Move32(R8, R8);
        Code.Store(Width.U64, Frame, Kept, R8);

        ReadFrom(R7, files.TaskFiles, sizeof(ulong), done);
        ReadFrom(R8, files.FilesTable, sizeof(ulong), done);
        ReadFrom(R8, files.TableLimit, sizeof(uint), done, keep: true);
        Code.Load(Width.U32, R1, Frame, Read);
        Code.Load(Width.U64, R2, Frame, Kept);
        Code.JumpIf(Condition.AboveOrEqual, R2, R1, done);
        ReadFrom(R8, files.TableFiles, sizeof(ulong), done);
        Code.Load(Width.U64, R1, Frame, Kept);
        Code.ShiftLeft(R1, 3);
        Code.Add(R8, R1);
        ReadFrom(R8, 0, sizeof(ulong), done);
        Code.JumpIf(Condition.Equal, R8, 0, done);
        Code.Store(Width.U64, Frame, Kept, R8);
        Code.Store(Width.U64, Frame, Opened, R8);

        ReadFrom(R8, files.FileInode, sizeof(ulong), done);
        Code.Store(Width.U64, Frame, Prefix, R8);
        ReadFrom(R8, files.InodeFileSystem, sizeof(ulong), done);
        ReadFrom(R8, files.FileSystemMagic, sizeof(uint), done, keep: true);
        Code.Load(Width.U32, R1, Frame, Read);
        Code.JumpIf(Condition.Equal, R1, FileWord.AnonymousFileSystem, anonymous);
        Code.JumpIf(Condition.Equal, R1, FileWord.PidFileSystem, pidfd);

        Code.Load(Width.U64, R8, Frame, Prefix);
        ReadFrom(R8, files.InodeMode, sizeof(ushort), done, keep: true);
        Code.Load(Width.U16, R1, Frame, Read);
        Code.ShiftRight(R1, 12);
        Code.Store(Width.U64, Frame, Kept, R1);
        Code.JumpIf(Condition.Equal, R1, 2, device); // S_IFCHR
        Code.JumpIf(Condition.Equal, R1, 12, socket); // S_IFSOCK
        Code.Jump(store);

        Code.Place(device);
        ReadFrom(R8, files.InodeDevice, sizeof(uint), done, keep: true);
        Code.Load(Width.U32, R1, Frame, Read);
        Code.ShiftRight(R1, 20); // MINORBITS, include/linux/kdev_t.h (v6.18)
        AddToKept(FileWord.DetailShift);
        Code.Jump(store);

        // Only what the socket layer made: the inode of a Unix socket's name cannot be opened but with O_PATH.
        Code.Place(socket);
        Code.Load(Width.U64, R8, Frame, Opened);
        ReadFrom(R8, files.FileData, sizeof(ulong), store);
        ReadFrom(R8, files.SocketSock, sizeof(ulong), store);
        ReadFrom(R8, files.SockFamily, sizeof(ushort), store, keep: true);
        Code.Load(Width.U16, R1, Frame, Read);
        Code.Move(R3, R1);
        AddToKept(FileWord.FamilyShift);
        Code.JumpIf(Condition.NotEqual, R3, FileWord.NetlinkFamily, store);
        ReadFrom(R8, files.SockProtocol, sizeof(ushort), store, keep: true);
        Code.Load(Width.U16, R1, Frame, Read);
        AddToKept(FileWord.DetailShift);
        Code.Jump(store);

        Code.Place(anonymous);
        Code.Load(Width.U64, R8, Frame, Kept);
        ReadFrom(R8, files.FileEntry, sizeof(ulong), done);
        ReadFrom(R8, files.EntryName, sizeof(ulong), done);
        ReadFrom(R8, 0, sizeof(ulong), done);
        for (var i = 0; i < FileWord.Names.Length; i++)
        {
            Code.Move(R3, FileWord.Anonymous | i + 1 << FileWord.DetailShift);
            Code.Load64(R2, FileWord.Names[i]);
            Code.JumpIf(Condition.Equal, R8, R2, named);
        }
        Code.Place(pidfd);
        Code.Move(R3, FileWord.Anonymous);
        Code.Place(named);
        Code.Store(Width.U64, Frame, Kept, R3);

        Code.Place(store);
        Code.Load(Width.U64, R1, Frame, Kept);
        Code.Or(R1, FileWord.Open);
        Code.Store(Width.U32, Frame, Key + KeyFile, R1);
        Code.Place(done);
        Code.Load(Width.U64, R8, Frame, Index);
    }

    // R1 goes into the file word at a place of its own. Uses R2.
    void AddToKept(int shift)
    {
        Code.ShiftLeft(R1, shift);
        Code.Load(Width.U64, R2, Frame, Kept);
        Code.Or(R1, R2);
        Code.Store(Width.U64, Frame, Kept, R1);
    }

    // Read = bytes of kernel memory at source + offset; R8 = them, unless it is to be kept.
    void ReadFrom(Register source, int offset, int bytes, Label failed, bool keep = false)
    {
        Code.Move(R3, source);
        if (offset != 0) Code.Add(R3, offset);
        Code.Move(R1, Frame);
        Code.Add(R1, Read);
        Code.Move(R2, bytes);
        Code.Call(BPF_FUNC_probe_read_kernel);
        Code.JumpIf(Condition.SignedLess, R0, 0, failed);
        if (!keep) Code.Load(Width.U64, R8, Frame, Read);
    }
}
