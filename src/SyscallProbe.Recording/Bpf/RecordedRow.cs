using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using SyscallProbe.Rules;
using SyscallProbe.Traces;
using static SyscallProbe.Recording.Bpf.RecordLayout;

namespace SyscallProbe.Recording.Bpf;

/// <summary>One counter of the kernel's tables, decoded.</summary>
/// <param name="Executable">Id in the table of executables; 0 when it is not known.</param>
/// <param name="Arguments">By the call's <see cref="CallSpec"/>; null where one is not known.</param>
/// <param name="Path">As the process gave it, or null.</param>
readonly partial record struct RecordedRow(
    Abi Abi, Nr Nr, Phase Phase, Result Result, int Executable, ImmutableArray<ulong?> Arguments, string? Path, ulong Count)
{
    /// <summary>What was noted of the file that the call is on, see <see cref="FileWord"/>; 0 when it does not decide or was not open.</summary>
    public uint FileNote { get; init; }

    /// <summary>The kind of that file.</summary>
    public FdKind File => FileWord.KindOf(FileNote);

    // Mark of a path that is longer than a key has room for.
    const string Cut = "…";

    /// <summary>Decodes a key, with or without a path behind it.</summary>
    public static RecordedRow Decode(ReadOnlySpan<byte> key, ulong count)
    {
        var result = BinaryPrimitives.ReadUInt16LittleEndian(key[KeyResult..]);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(key[KeyFlags..]);
        var arguments = ImmutableArray.CreateBuilder<ulong?>(CallSpec.MaxArguments);
        for (var i = 0; i < CallSpec.MaxArguments; i++)
        {
            var value = BinaryPrimitives.ReadUInt64LittleEndian(key[(KeyValues + i * sizeof(ulong))..]);
            arguments.Add((flags & ArgumentUnknown << i) != 0 ? null : value);
        }
        return new RecordedRow(
            (Abi)key[KeyAbi], new Nr(BinaryPrimitives.ReadInt32LittleEndian(key)), (Phase)key[KeyPhase],
            result == 0 ? Result.Success : result == Never ? Result.Never : Result.Failed(new Errno(result)),
            BinaryPrimitives.ReadUInt16LittleEndian(key[KeyExecutable..]), arguments.MoveToImmutable(),
            key.Length > KeyBytes ? DecodePath(key[KeyBytes..]) : null, count)
        {
            FileNote = BinaryPrimitives.ReadUInt32LittleEndian(key[KeyFile..]),
        };
    }

    /// <summary>The text of a path of <see cref="PathBytes"/> bytes; what is not UTF-8 becomes U+FFFD.</summary>
    public static string DecodePath(ReadOnlySpan<byte> path)
    {
        var length = path.IndexOf((byte)0);
        return Encoding.UTF8.GetString(length < 0 ? path : path[..length]) + (length < 0 ? Cut : "");
    }

    /// <summary>The observation, with names in place of ids and numbers.</summary>
    public Observation ToObservation(CallSpec spec, string executable)
    {
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        if (spec.HasKind && File != FdKind.Unknown) arguments.Add(new Argument(FdKinds.ArgumentName, (ulong)File));
        foreach (var key in spec.SocketFacts)
        {
            if (FileWord.FactOf(FileNote, key.Socket!.Value) is { } fact) arguments.Add(new Argument(key.Name, fact));
        }
        for (var i = 0; i < spec.Arguments.Length; i++)
        {
            if (Arguments[i] is { } value) arguments.Add(new Argument(spec.Arguments[i].Name, value));
        }
        return new Observation(Abi, Nr, arguments.ToImmutable(), Path is null ? null : WithoutPids(Path), Result, Phase, Count, [executable]);
    }

    /// <summary>Writes <c>[pid]</c> for the numbers of processes and threads below /proc: they differ from run to run.</summary>
    public static string WithoutPids(string path) => PidPattern().Replace(path, "[pid]");

    [GeneratedRegex(@"(?<=^/proc/)\d+(?=/|$)|(?<=^/proc/[^/]+/task/)\d+(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex PidPattern();
}
