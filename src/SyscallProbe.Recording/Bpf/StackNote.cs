namespace SyscallProbe.Recording.Bpf;

/// <summary>What the program tells of a kind that it counts for the first time: its key and path as in <see cref="RecordLayout"/>, then who called it from where.</summary>
static class StackNote
{
    public const int Pid = RecorderMaps.ScratchBytes; // u32, as the initial PID namespace has it
    public const int HasPath = Pid + 4; // u32: 0 where the key has no path
    public const int Length = HasPath + 4; // s64: bytes of addresses, or less than 0
    public const int Top = Length + 8; // u64: the word on top of the user's stack, 0 where it is not known
    public const int Addresses = Top + 8; // u64 each, innermost first
    public const int End = Addresses + MaxFrames * sizeof(ulong);
    public const int Bytes = End - RecorderMaps.ScratchBytes;

    /// <summary>Frames that are taken at most: the innermost ones say which part of a program calls.</summary>
    public const int MaxFrames = 32;

    /// <summary>Room for some 1,700 kinds that are new at the same moment.</summary>
    public const int RingBytes = 1 << 20;
}
