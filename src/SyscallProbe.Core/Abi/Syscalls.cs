using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe;

/// <summary>One row of the kernel's syscall table.</summary>
/// <param name="Nr">Number within its ABI.</param>
/// <param name="Name">The kernel's name, unique within the ABI.</param>
public readonly record struct Syscall(Nr Nr, string Name);

/// <summary>The syscall tables of the four ABIs.</summary>
/// <remarks>
/// Facts: <c>data/abi/syscalls.csv</c>, from <c>arch/x86/entry/syscalls/syscall_{32,64}.tbl</c> and <c>scripts/syscall.tbl</c> of Linux v6.18.
/// Each ABI's table is made when it is first asked for; look-ups allocate nothing after that.
/// </remarks>
public static class Syscalls
{
    static readonly Lazy<Table>[] s_tables = [.. AbiNames.All.Select(name => new Lazy<Table>(() => new Table(name)))];

    /// <summary>The kernel's name of a number.</summary>
    /// <returns>Null when the table has no such number: negative, newer than the table, or a gap.</returns>
    public static string? NameOf(Abi abi, Nr nr)
    {
        var names = s_tables[(int)abi].Value.Names;
        return (uint)nr.Value < (uint)names.Length ? names[nr.Value] : null;
    }

    /// <summary>The number of a name within <paramref name="abi"/>, or null when that ABI has no such syscall.</summary>
    public static Nr? NrOf(Abi abi, string name) => s_tables[(int)abi].Value.Numbers.TryGetValue(name, out var nr) ? nr : null;

    /// <summary>All syscalls of an ABI, by ascending number.</summary>
    public static ImmutableArray<Syscall> All(Abi abi) => s_tables[(int)abi].Value.Rows;

    sealed class Table
    {
        public readonly ImmutableArray<Syscall> Rows;
        public readonly string?[] Names; // by number; the largest is 547
        public readonly Dictionary<string, Nr> Numbers = new(StringComparer.Ordinal);

        public Table(string abi)
        {
            var table = PackedImage.Embedded.Table("abi/syscalls");
            int abiColumn = table.Column("abi"), nrColumn = table.Column("nr"), nameColumn = table.Column("name");
            var rows = ImmutableArray.CreateBuilder<Syscall>();
            for (var row = 0; row < table.RowCount; row++)
            {
                if (table.Text(row, abiColumn) != abi) continue;
                rows.Add(new Syscall(new Nr(int.Parse(table.Text(row, nrColumn), CultureInfo.InvariantCulture)), table.Text(row, nameColumn)));
            }
            Rows = rows.ToImmutable();
            Names = new string?[Rows.IsEmpty ? 0 : Rows.Max(row => row.Nr.Value) + 1];
            foreach (var row in Rows)
            {
                Names[row.Nr.Value] = row.Name;
                Numbers.Add(row.Name, row.Nr);
            }
        }
    }
}
