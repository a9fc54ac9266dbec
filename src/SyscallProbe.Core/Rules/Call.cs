using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SyscallProbe.Traces;

namespace SyscallProbe.Rules;

/// <summary>One call as a target is asked about it.</summary>
/// <remarks>What is not known is left open: a rule that depends on it may or may not hold, and every outcome that is possible counts.</remarks>
public sealed class Call
{
    /// <summary>Most key arguments of one syscall that are values; a test holds the data against it.</summary>
    internal const int Slots = 8;

    Values _values;
    byte _known;
    PathHistory? _pathHistory;

    public required Abi Abi { get; init; }

    public required Nr Nr { get; init; }

    /// <summary>The kernel's name, or null for a number that has none.</summary>
    public required string? Syscall { get; init; }

    /// <summary>The kinds that the file may be of; <see cref="FdKind.Unknown"/> when nothing is known.</summary>
    public FdKind Fd { get; init; }

    /// <summary>The path where it decides, else null: then no rule on paths holds.</summary>
    public string? Path { get; init; }

    /// <summary>Capabilities that the container has under runc, by number; the target strips its own.</summary>
    public required ulong Capabilities { get; init; }

    /// <summary>A call as it was observed.</summary>
    /// <param name="capabilities">The container's, by number.</param>
    public static Call Of(Observation observation, ulong capabilities)
    {
        var call = new Call
        {
            Abi = observation.Abi,
            Nr = observation.Nr,
            Syscall = Syscalls.NameOf(observation.Abi, observation.Nr),
            Fd = FdOf(observation),
            Path = observation.Path,
            Capabilities = capabilities,
        };
        var keys = KeyArguments.Of(observation.Abi, observation.Nr);
        call.SetNoOperation(keys);
        foreach (var argument in observation.Arguments) call.Set(keys, argument.Name, argument.Value);
        return call;
    }

    static FdKind FdOf(Observation observation)
    {
        foreach (var argument in observation.Arguments)
        {
            if (argument.Name == FdKinds.ArgumentName) return (FdKind)argument.Value;
        }
        return FdKind.Unknown;
    }

    /// <summary>Gives an argument its value; one that the syscall does not have is passed over.</summary>
    internal void Set(ImmutableArray<KeyArgument> keys, string name, ulong value)
    {
        var slot = SlotOf(keys, name, static (key, wanted) => key.Name == wanted);
        if (slot < 0) return;
        _values[slot] = value;
        _known |= (byte)(1 << slot);
    }

    /// <summary>Says that it is the call itself, and no operation of a ring, unless an operation is given behind.</summary>
    internal void SetNoOperation(ImmutableArray<KeyArgument> keys)
    {
        foreach (var key in keys)
        {
            if (key is { Form: KeyForm.Operation, Default: { } none }) Set(keys, key.Name, none);
        }
    }

    /// <summary>What gVisor's releases have at <see cref="Path"/>, looked up once for all of them.</summary>
    internal PathHistory PathHistory => _pathHistory ??= GvisorPaths.Known.Of(Path!);

    /// <summary>Whether its path is looked up: it gives ENOENT where nothing is there.</summary>
    internal bool LooksUpPath
    {
        get
        {
            foreach (var key in KeyArguments.Of(Abi, Nr))
            {
                if (key.IsLookedUp) return true;
            }
            return false;
        }
    }

    /// <summary>Whether it is one of the calls that open a path with flags.</summary>
    internal bool Opens => OpenFlagsSlot >= 0;

    /// <summary>The flags of an open; null of other calls, and where they are not known.</summary>
    internal ulong? OpenFlags => OpenFlagsSlot is >= 0 and var slot && Knows(slot) ? _values[slot] : null;

    /// <summary>Whether an open makes the file where there is none: O_CREAT, include/uapi/asm-generic/fcntl.h (v6.18), the same bit on amd64 and arm64.</summary>
    internal bool Creates => OpenFlags is { } flags && (flags & 0x40) != 0;

    /// <summary>An argument's value; null where it is not known, or the syscall has no such one.</summary>
    internal ulong? ValueOf(string name) =>
        SlotOf(KeyArguments.Of(Abi, Nr), name, static (key, wanted) => key.Name == wanted) is >= 0 and var slot && Knows(slot) ? _values[slot] : null;

    int OpenFlagsSlot => SlotOf(KeyArguments.Of(Abi, Nr), "open_flags", static (key, constants) => key.Constants == constants);

    // An argument's place among those that are values; -1 when the syscall has no such one.
    static int SlotOf(ImmutableArray<KeyArgument> keys, string wanted, Func<KeyArgument, string, bool> isIt)
    {
        var slot = 0;
        foreach (var key in keys)
        {
            if (!key.IsValue) continue;
            if (isIt(key, wanted)) return slot;
            slot++;
        }
        return -1;
    }

    internal bool Knows(int slot) => (_known & 1 << slot) != 0;

    internal ulong this[int slot] => _values[slot];

    [InlineArray(Slots)]
    struct Values
    {
        ulong _first;
    }
}
