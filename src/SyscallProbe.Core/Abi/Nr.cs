using System.Globalization;

namespace SyscallProbe;

/// <summary>A syscall number within an <see cref="Abi"/>. Any value can be observed, also -1 and numbers newer than every table.</summary>
public readonly record struct Nr(int Value) : IComparable<Nr>
{
    public int CompareTo(Nr other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
