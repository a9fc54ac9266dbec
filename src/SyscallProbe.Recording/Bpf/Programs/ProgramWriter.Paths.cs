using System.Buffers.Binary;
using System.Text;
using Tmds.Linux;
using static SyscallProbe.Recording.Bpf.RecordLayout;
using static SyscallProbe.Recording.Interop.BpfHeader;

namespace SyscallProbe.Recording.Bpf.Programs;

abstract partial class ProgramWriter
{
    // Below these a sandbox answers for itself; any other path is on a file system that it passes through.
    static readonly string[] s_decidingRoots = ["/proc", "/sys", "/dev"];

    const int Path = KeyBytes;

    /// <summary>Reads the start of the string that R8 points to, and jumps where it is below /proc, /sys or /dev.</summary>
    /// <remarks>What cannot be read is below none of them.</remarks>
    protected void JumpIfDeciding(int read, Label deciding)
    {
        var unreadable = new Label();
        Code.Store(Width.U64, Frame, Prefix, 0);
        ReadString(read, Frame, Prefix, sizeof(ulong), R8, unreadable);
        foreach (var root in s_decidingRoots) JumpIfBelow(root, deciding);
        Code.Place(unreadable);
    }

    /// <summary>Counts the call of the key on the stack together with its path, the string that R8 points to.</summary>
    /// <param name="read">Helper that reads the string.</param>
    /// <param name="counted">Where it goes on when that is done.</param>
    /// <param name="inserted">Where it goes on when the kind was new; null for <paramref name="counted"/>.</param>
    /// <remarks>Falls through when the path cannot be recorded: then the call still has to be counted. Loses R7.</remarks>
    protected void CountWithPath(int read, Label counted, Label? inserted = null)
    {
        Label without = new(), unreadable = new(), absent = new(), full = new();
        Code.Store(Width.U32, Frame, Index, 0);
        LookUp(Maps.Scratch, Frame, Index, without);
        Code.Move(R7, R0);
        CopyWords(Frame, Key, R7, 0, KeyBytes);
        Clear(R7, Path);
        ReadString(read, R7, Path, PathBytes + 1, R8, unreadable);
        NamePid(read, unreadable);
        LookUp(Maps.Paths, R7, 0, absent);
        Code.Move(R1, 1);
        Code.AtomicAdd(Width.U64, R0, 0, R1);
        Code.Jump(counted);

        Code.Place(absent);
        Code.Store(Width.U64, Frame, Value, 1);
        Insert(Maps.Paths, R7, 0, inserted ?? counted);
        LookUp(Maps.Paths, R7, 0, full);
        Code.Move(R1, 1);
        Code.AtomicAdd(Width.U64, R0, 0, R1);
        Code.Jump(counted);

        Code.Place(full);
        AddToControl(ControlPathsFull);
        Code.Jump(without);

        Code.Place(unreadable); // the kernel could not read it either, or it has gone since
        Code.Load(Width.U16, R2, Frame, Key + KeyResult);
        Code.JumpIf(Condition.Equal, R2, LibC.EFAULT, without);
        AddToControl(ControlPathsUnreadable);
        Code.Place(without);
    }

    /// <summary>Reads a NUL-terminated string, cut to a size; R0 = its length with the NUL.</summary>
    protected void ReadString(int read, Register to, int offset, int bytes, Register from, Label failed)
    {
        Code.Move(R1, to);
        Code.Add(R1, offset);
        Code.Move(R2, bytes);
        Code.Move(R3, from);
        Code.Call(read);
        Code.JumpIf(Condition.SignedLess, R0, 0, failed);
    }

    /// <summary>Clears the scratch value from an offset on, so that bytes of an earlier path are no part of a key.</summary>
    protected void Clear(Register scratch, int offset)
    {
        Code.Move(R1, 0);
        for (; offset < RecorderMaps.ScratchBytes; offset += sizeof(ulong)) Code.Store(Width.U64, scratch, offset, R1);
    }

    // The 8 bytes at Prefix against a root, which must end there or go on with a slash.
    void JumpIfBelow(string root, Label target)
    {
        var next = new Label();
        Code.Load(Width.U64, R1, Frame, Prefix);
        Code.ShiftLeft(R1, 64 - root.Length * 8);
        Code.Load64(R2, Word(root) << 64 - root.Length * 8);
        Code.JumpIf(Condition.NotEqual, R1, R2, next);
        Code.Load(Width.U8, R1, Frame, Prefix + root.Length);
        Code.JumpIf(Condition.Equal, R1, '/', target);
        Code.JumpIf(Condition.Equal, R1, 0, target);
        Code.Place(next);
    }

    // Writes /proc/[pid] for /proc/1234: else a program that walks all processes fills the table.
    void NamePid(int read, Label failed)
    {
        const string start = "/proc/", name = "[pid]";
        const int maxDigits = 7; // PID_MAX_LIMIT is 4 Mi, include/linux/threads.h (v6.18)
        Label done = new(), isPid = new();
        Code.Load(Width.U64, R1, R7, Path);
        Code.ShiftLeft(R1, 64 - start.Length * 8);
        Code.Load64(R2, Word(start) << 64 - start.Length * 8);
        Code.JumpIf(Condition.NotEqual, R1, R2, done);
        var ends = new Label[maxDigits + 1];
        for (var digits = 0; digits <= maxDigits; digits++)
        {
            ends[digits] = new Label();
            Code.Load(Width.U8, R2, R7, Path + start.Length + digits);
            Code.JumpIf(Condition.Below, R2, '0', ends[digits]);
            Code.JumpIf(Condition.Above, R2, '9', ends[digits]);
        }
        Code.Place(ends[0]);
        Code.Jump(done);
        for (var digits = 1; digits <= maxDigits; digits++)
        {
            Code.Place(ends[digits]);
            Code.Move(R3, R8);
            Code.Add(R3, start.Length + digits);
            Code.Jump(isPid);
        }
        Code.Place(isPid);
        var between = new Label();
        Code.JumpIf(Condition.Equal, R2, 0, between);
        Code.JumpIf(Condition.NotEqual, R2, '/', done);
        Code.Place(between);
        var rest = Path + start.Length + name.Length;
        Clear(R7, Path + sizeof(ulong));
        for (var i = 0; i < name.Length; i++) Code.Store(Width.U8, R7, Path + start.Length + i, name[i]);
        ReadString(read, R7, rest, PathBytes + 1 - (rest - Path), R3, failed);
        Code.Place(done);
    }

    // The bytes of a text as a register holds them after a load.
    protected static ulong Word(string text)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        Encoding.ASCII.GetBytes(text, bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
