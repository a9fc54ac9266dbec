namespace SyscallProbe;

/// <summary>The entry convention that the kernel saw, which decides what a syscall number means.</summary>
/// <remarks>Values are part of the recorder's map keys and of the packed table: append only.</remarks>
public enum Abi : byte
{
    /// <summary>x86-64, <c>arch/x86/entry/syscalls/syscall_64.tbl</c>, ABIs "common" and "64".</summary>
    Amd64 = 0,

    /// <summary>arm64, <c>scripts/syscall.tbl</c> (until v6.10 <c>include/uapi/asm-generic/unistd.h</c>).</summary>
    Arm64 = 1,

    /// <summary>32-bit x86 by <c>int 0x80</c> or <c>sysenter</c>: foreign to an amd64 process.</summary>
    I386 = 2,

    /// <summary>x86-64 with bit 30 of the number set (<c>__X32_SYSCALL_BIT</c>): foreign to an amd64 process. <see cref="Nr"/> is without the bit.</summary>
    X32 = 3,
}

/// <summary>The names by which output, traces and options call an <see cref="Abi"/>.</summary>
public static class AbiNames
{
    static readonly string[] s_names = ["amd64", "arm64", "i386", "x32"];

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All => s_names;

    public static string Name(this Abi abi) => s_names[(int)abi];

    /// <summary>Reads a name exactly as <see cref="Name"/> writes it.</summary>
    public static bool TryParse(string name, out Abi abi)
    {
        var index = Array.IndexOf(s_names, name);
        abi = index < 0 ? default : (Abi)index;
        return index >= 0;
    }
}
