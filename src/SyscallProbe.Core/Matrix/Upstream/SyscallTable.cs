namespace SyscallProbe.Matrix.Upstream;

/// <summary>What gVisor's table says of one syscall at one release.</summary>
/// <param name="Errno">The errno that is returned, by name: of <c>Error</c> its own, of <c>CapGate</c> EPERM, of <c>Undefined</c> ENOSYS; else empty.</param>
/// <param name="Capability">With <c>CapGate</c>, as the kernel spells it; else empty.</param>
/// <param name="Event">Whether gVisor emits an "unimplemented syscall" event.</param>
/// <param name="Note">gVisor's own text, without what errno and capability say already; empty when it has none.</param>
/// <param name="Urls">gVisor's issues, separated by a space; empty when it names none.</param>
public sealed record LevelCell(SupportLevel Level, string Errno, string Capability, bool Event, string Note, string Urls)
{
    /// <summary>A number that the table does not have.</summary>
    public static LevelCell Undefined(bool emits, string note = "") => new(SupportLevel.Undefined, "ENOSYS", "", emits, note, "");
}

/// <summary>An entry of the table.</summary>
/// <param name="Name">gVisor's name for it; null in the releases whose table has none.</param>
public sealed record TableEntry(string? Name, LevelCell Cell);

/// <summary>gVisor's table of one ABI at one release.</summary>
/// <param name="MissingEmits">Whether a number without an entry emits an event.</param>
public sealed record SyscallTable(Abi Abi, SortedDictionary<int, TableEntry> Entries, bool MissingEmits)
{
    /// <summary>Numbers are below this: from 512 on amd64 has x32's, and the last below stands for all that are not listed (<see cref="LevelTable"/>).</summary>
    public const int NumberLimit = 511;
}
