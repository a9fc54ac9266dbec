using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

// What is behind the descriptor of a call whose answer depends on it.
abstract partial class ProgramWriter
{
    // Room that nothing else needs before the arguments are read: the descriptor or the word in the making, what was read, the inode and the file.
    const int Kept = Dependence, Read = Dependence + 8, Inode = Prefix, Opened = Value;

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

        Follow(R8, R7, files.TaskFiles, Width.U64);
        Follow(R8, R8, files.FilesTable, Width.U64);
        Follow(R1, R8, files.TableLimit, Width.U32);
        Code.Load(Width.U64, R2, Frame, Kept);
        Code.JumpIf(Condition.AboveOrEqual, R2, R1, done);
        Follow(R8, R8, files.TableFiles, Width.U64);
        Code.Load(Width.U64, R1, Frame, Kept);
        Code.ShiftLeft(R1, 3);
        Code.Add(R8, R1);
        LoadFile();
        Code.JumpIf(Condition.Equal, R8, 0, done);
        Code.Store(Width.U64, Frame, Opened, R8);

        Follow(R8, R8, files.FileInode, Width.U64);
        Code.JumpIf(Condition.Equal, R8, 0, done);
        Code.Store(Width.U64, Frame, Inode, R8);
        Follow(R8, R8, files.InodeFileSystem, Width.U64);
        Code.JumpIf(Condition.Equal, R8, 0, done);
        Follow(R1, R8, files.FileSystemMagic, Width.U32);
        Code.JumpIf(Condition.Equal, R1, FileWord.AnonymousFileSystem, anonymous);
        Code.JumpIf(Condition.Equal, R1, FileWord.PidFileSystem, pidfd);

        Code.Load(Width.U64, R8, Frame, Inode);
        Follow(R1, R8, files.InodeMode, Width.U16);
        Code.ShiftRight(R1, 12);
        Code.Store(Width.U64, Frame, Kept, R1);
        Code.JumpIf(Condition.Equal, R1, 2, device); // S_IFCHR
        Code.JumpIf(Condition.Equal, R1, 12, socket); // S_IFSOCK
        Code.Jump(store);

        Code.Place(device);
        Follow(R1, R8, files.InodeDevice, Width.U32);
        Code.ShiftRight(R1, 20); // MINORBITS, include/linux/kdev_t.h (v6.18)
        AddToKept(FileWord.DetailShift);
        Code.Jump(store);

        // Only what the socket layer made: the inode of a Unix socket's name cannot be opened but with O_PATH.
        Code.Place(socket);
        Code.Load(Width.U64, R8, Frame, Opened);
        Follow(R8, R8, files.FileData, Width.U64);
        if (Kernel.Typed is { } typed) Cast(typed, typed.Socket);
        Follow(R8, R8, files.SocketSock, Width.U64);
        Follow(R1, R8, files.SockFamily, Width.U16);
        Code.Move(R3, R1);
        AddToKept(FileWord.FamilyShift);
        Code.JumpIf(Condition.NotEqual, R3, FileWord.NetlinkFamily, store);
        Follow(R1, R8, files.SockProtocol, Width.U16);
        AddToKept(FileWord.DetailShift);
        Code.Jump(store);

        Code.Place(anonymous);
        Code.Load(Width.U64, R8, Frame, Opened);
        Follow(R8, R8, files.FileEntry, Width.U64);
        Follow(R8, R8, files.EntryName, Width.U64);
        ReadByHelper(R8, R8, 0, Width.U64);
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

    // R8 = the file whose entry in the table it is the address of.
    void LoadFile()
    {
        if (Kernel.Typed is not { } typed)
        {
            Follow(R8, R8, 0, Width.U64);
            return;
        }
        Code.Add(R8, -typed.EmbeddedFiles);
        Cast(typed, typed.FilesStruct);
        Follow(R8, R8, typed.EmbeddedFiles, Width.U64);
    }

    // Gives the address in R8 a type.
    void Cast(TypedReads typed, int type)
    {
        Code.Move(R1, R8);
        Code.Move(R2, type);
        Code.CallKernel(typed.Cast);
        Code.Move(R8, R0);
    }

    // to = the member at an offset from source, or 0 when it cannot be read. R1 to R5 may be lost.
    void Follow(Register to, Register source, int offset, Width width)
    {
        if (Kernel.Typed is null) ReadByHelper(to, source, offset, width);
        else Code.Load(width, to, source, offset);
    }

    // The helper clears what it cannot read.
    void ReadByHelper(Register to, Register source, int offset, Width width)
    {
        Code.Move(R3, source);
        if (offset != 0) Code.Add(R3, offset);
        Code.Move(R1, Frame);
        Code.Add(R1, Read);
        Code.Move(R2, width switch { Width.U16 => sizeof(ushort), Width.U32 => sizeof(uint), _ => sizeof(ulong) });
        Code.Call(BPF_FUNC_probe_read_kernel);
        Code.Load(width, to, Frame, Read);
    }
}
