namespace SyscallProbe.Matrix;

/// <summary>gVisor's own levels of support for a syscall. Values are part of the packed table: append only.</summary>
public enum SupportLevel : byte
{
    /// <summary>Not in gVisor's table: ENOSYS. The default, because gVisor says so of any number that it does not list.</summary>
    Undefined = 0,

    /// <summary>Listed with a handler and without reservation (<c>Supported</c>). Arguments may still fail: see the rules.</summary>
    Full = 1,

    /// <summary>Listed with a handler and a note of what is missing (<c>PartiallySupported</c>).</summary>
    Partial = 2,

    /// <summary>Listed without a handler: always returns its errno (<c>Error</c>, <c>ErrorWithEvent</c>).</summary>
    Error = 3,

    /// <summary>Listed without a handler: EPERM without the capability, ENOSYS with it (<c>CapError</c>).</summary>
    CapGate = 4,
}

/// <summary>The names by which data and output call a <see cref="SupportLevel"/>.</summary>
public static class SupportLevelNames
{
    static readonly string[] s_names = ["undefined", "full", "partial", "error", "capgate"];

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All => s_names;

    public static string Name(this SupportLevel level) => s_names[(int)level];

    /// <summary>Reads a name exactly as <see cref="Name"/> writes it.</summary>
    public static bool TryParse(string name, out SupportLevel level)
    {
        var index = Array.IndexOf(s_names, name);
        level = index < 0 ? default : (SupportLevel)index;
        return index >= 0;
    }
}
