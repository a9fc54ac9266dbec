using System.Runtime.InteropServices;

namespace SyscallProbe.Rules;

/// <summary>One row of <c>data/gvisor/rules/*.csv</c> as packed: the conditions as numbers, the texts by their place in the CSV.</summary>
/// <remarks>Layout of the packed rule table; sizes in bytes. Releases are positions in <c>data/gvisor/releases.csv</c>.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
readonly record struct RuleRecord
{
    public const int Length = 40;

    /// <summary>Capabilities that the caller must have, by number.</summary>
    public ulong Has { get; init; }

    /// <summary>Capabilities that the caller must lack, by number; any of them is enough.</summary>
    public ulong Lacks { get; init; }

    /// <summary>First and last release in which the row holds.</summary>
    public ushort Since { get; init; }

    public ushort Until { get; init; }

    /// <summary>First of the row's terms for amd64 and for arm64, whose constants differ in places.</summary>
    public ushort TermsAmd64 { get; init; }

    public ushort TermsArm64 { get; init; }

    /// <summary>Which CSV, as a position among the image's tables below <c>gvisor/rules/</c>, and which row of it.</summary>
    public ushort Table { get; init; }

    public ushort Row { get; init; }

    public ushort Errno { get; init; }

    /// <summary>The kinds of file to which the row applies; <see cref="FdKind.Unknown"/>: any.</summary>
    public FdKind Fd { get; init; }

    public byte TermCount { get; init; }

    public byte Outcome { get; init; }

    public bool HasPath { get; init; }

    /// <summary>Which of the table's conditions on runsc's flags must hold, plus one; 0: none.</summary>
    public byte Configuration { get; init; }

    /// <summary>Syscall names have one ordinal each in the table.</summary>
    public ushort Syscall { get; init; }

    public ushort Order { get; init; }

    public OutcomeKind Kind => (OutcomeKind)Outcome;

    /// <summary>Whether neither flags nor capabilities have a say.</summary>
    public bool IsUnconditional => Configuration == 0 && (Has | Lacks) == 0;

    /// <summary>Whether the row holds for a caller who has these capabilities left.</summary>
    public bool HoldsWith(ulong capabilities) =>
        (capabilities & Has) == Has && (Lacks == 0 || (capabilities & Lacks) != Lacks);
}
