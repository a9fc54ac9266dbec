namespace SyscallProbe.Recording.Bpf;

/// <summary>The layouts that the programs and <see cref="RowReader"/> share.</summary>
/// <remarks>
/// The key under which a call is counted; the table of paths has the path behind it:
/// <code>
///  0      4     5       6        8           10      12       16          48            304
/// +------+-----+-------+--------+-----------+-------+--------+-----------+-------------+
/// | nr   | abi | phase | result | executable| flags | file   | argument×4| path        |
/// +------+-----+-------+--------+-----------+-------+--------+-----------+-------------+
/// </code>
/// result: 0 success, 1..4095 errno, 0xffff never. executable: an id, 0 before any is known. file: what is behind the descriptor, see <see cref="FileWord"/>.
/// <code>
///  A task:  0       4            8      12     16          64
///          +-------+------------+------+------+-----------+
///          | state | executable | code | init | key       |   code, key: of the call whose end is still open
///          +-------+------------+------+------+-----------+   init: 1 for the process that a container ends with
/// </code>
/// </remarks>
static class RecordLayout
{
    public const int KeyNr = 0;
    public const int KeyAbi = 4;
    public const int KeyPhase = 5;
    public const int KeyResult = 6;
    public const int KeyExecutable = 8;
    public const int KeyFlags = 10;
    public const int KeyFile = 12;
    public const int KeyValues = 16;
    public const int KeyBytes = KeyValues + CallSpec.MaxArguments * sizeof(ulong);

    /// <summary>Flags of a key, from argument 0 on: the argument is not known, as the registers were gone or the memory could not be read.</summary>
    public const int ArgumentUnknown = 1;
    public const int ArgumentsUnknown = (1 << CallSpec.MaxArguments) - 1;

    /// <summary>The result of a call that never returned.</summary>
    public const int Never = 0xffff;

    /// <summary>A path in a key: up to 255 bytes and a NUL. No NUL: the path is longer and was cut.</summary>
    public const int PathBytes = 256;
    public const int PathKeyBytes = KeyBytes + PathBytes;

    public const int TaskState = 0;
    public const int TaskExecutable = 4;
    public const int TaskCode = 8;
    public const int TaskInit = 12;
    public const int TaskKey = 16;
    public const int TaskBytes = TaskKey + KeyBytes;

    // What a program found out or could not do; one value, added to atomically.
    public const int ControlExecutables = 0; // u32: ids given out
    public const int ControlSeccomp = 4; // u32: 1 when a followed task had a seccomp filter
    public const int ControlLost = 8;
    public const int ControlPathsFull = 16;
    public const int ControlPathsUnreadable = 24;
    public const int ControlExecutablesFull = 32;
    public const int ControlUnfollowed = 40;
    public const int ControlInitEnd = 48; // u64: what the last thread of the container's init ended with, as wait(2) has it, and InitHasEnded
    public const int ControlStacksDropped = 56;
    public const int ControlBytes = 64;

    public const int InitHasEndedShift = 32;

    // The phase, the first row of the fast table that belongs to it, and whether processes that run already are being taken up.
    public const int PhaseValue = 0;
    public const int PhaseRow = 4;
    public const int PhaseAttaching = 8;
    public const int PhaseBytes = 16;

    /// <summary>Numbers below this one have a counter in a row of the fast table.</summary>
    public const int FastNumbers = 512;

    // What is recorded of each call: first a byte for each native number, 0 when there is nothing but its name; then a spec for each ABI and number.
    public const int SpecNumbers = 1024;
    public const int SpecStart = FastNumbers;
    public const int SpecShift = 7;
    public const int SpecFlags = 0;
    public const int SpecCount = 1;
    public const int SpecPaths = 2; // two positions
    public const int SpecPositions = 4;
    public const int SpecMasks = 8;
    public const int SpecOffsets = SpecMasks + CallSpec.MaxArguments * sizeof(ulong);
    public const int SpecDepends = SpecOffsets + CallSpec.MaxArguments;
    public const int SpecFile = SpecDepends + CallSpec.MaxArguments;
    public const int SpecLengths = SpecFile + 1;
    public const int SpecHops = SpecLengths + CallSpec.MaxArguments; // two offsets an argument
    public const int SpecHints = 64; // 8 bytes an argument, a bit for what may be in the table of conditions: see HintShift

    /// <summary>Pointers on the way to an argument, beside the register.</summary>
    public const int MaxHops = 2;

    /// <summary>In place of the index of another argument: what was noted of the file.</summary>
    public const int DependsOnFile = 0x80;

    /// <summary>Flag of a spec: the call returns in the child too, which made no call.</summary>
    public const int ReturnsInChild = 1;

    /// <summary>Value of a path's or a descriptor's position, of a hop or a length for none.</summary>
    public const int NoPath = 0xff;

    // Flags of an argument's position: it is recorded with some values of another argument only; the register is a pointer, at whose offset there are 4 bytes, or 8, or a text.
    public const int Conditional = 0x20;

    /// <summary>With <see cref="Pointed"/>: more pointers lead on from the register's.</summary>
    public const int Chained = 0x08;

    /// <summary>Without <see cref="Pointed"/>: recorded is whether any bit is set.</summary>
    public const int NonZero = Chained;

    public const int Pointed = 0x40;
    public const int PointedWide = 0x80;

    /// <summary>With <see cref="Pointed"/>: there is a text, and in place of the offset its set.</summary>
    public const int PointedText = 0x10;

    // Key of the table of texts, whose longest beginning is looked for: its length in bits, the set, the text and its NUL.
    public const int TextSetNumber = 4;
    public const int TextStart = 5;
    public const int TextKeyBytes = 48;

    /// <summary>A value's bit among the 64 of a hint is (value ^ value >> HintShift) &amp; HintMask: where it is clear there is no such condition, and nothing has to be looked up.</summary>
    public const int HintShift = 6;
    public const int HintMask = 63;

    // Key of the table of conditions: number, index of the argument, value of the one that it depends on.
    public const int ConditionNr = 0;
    public const int ConditionArgument = 4;
    public const int ConditionValue = 8;
    public const int ConditionBytes = 16;

    /// <summary>The spec of numbers from here on, which have none.</summary>
    public const int NoSpec = SpecNumbers - 1;
}

/// <summary>Bits of a task's state.</summary>
static class TaskStates
{
    /// <summary>Its calls are counted. With no other bit set the short way through the program is taken.</summary>
    public const int Armed = 1;

    /// <summary>A container's init that still runs the runtime's code.</summary>
    public const int Followed = 2;

    /// <summary>Ours: never counted, nor its children.</summary>
    public const int Ignored = 4;

    /// <summary>Its execve has been counted at the tracepoint of the exec; the return from it is no call.</summary>
    public const int SkipReturn = 8;

    /// <summary>The last call was interrupted: whether it failed, goes on or never returned is decided by what comes next.</summary>
    public const int Pending = 16;

    /// <summary>An execve has passed the point of no return; its key is kept as the registers will be gone.</summary>
    public const int Prepared = 32;

    /// <summary>A runtime that makes and starts a container at one go: below it, the init of a PID namespace is followed.</summary>
    public const int Runtime = 64;

    /// <summary>The bits that a child takes over.</summary>
    public const int Inherited = Armed | Followed | Ignored | Runtime;
}

/// <summary>Kernel-internal results at sys_exit that no process sees. include/linux/errno.h (v6.18).</summary>
static class RestartCodes
{
    /// <summary>EINTR, unless the handler has SA_RESTART.</summary>
    public const int ERESTARTSYS = 512;

    /// <summary>Always restarted.</summary>
    public const int ERESTARTNOINTR = 513;

    /// <summary>Restarted if there is no handler.</summary>
    public const int ERESTARTNOHAND = 514;

    /// <summary>As 514, but continued by restart_syscall.</summary>
    public const int ERESTART_RESTARTBLOCK = 516;

    /// <summary>Ours: the result is what it is when a seccomp filter refuses with a signal and puts the registers back, see <see cref="RegisterLayout.ResultTakesArgument"/>.</summary>
    public const int RolledBack = 0xfffe;
}
