using System.Collections.Frozen;
using SyscallProbe.Matrix;

namespace SyscallProbe.Assessment;

/// <summary>Which capability Linux wants of a call whatever its arguments (<c>data/linux/privileged-calls.csv</c>): without it the call gives EPERM under runc as well.</summary>
static class Privileges
{
    static readonly Lazy<FrozenDictionary<string, int>> s_bySyscall = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/privileged-calls");
        int syscall = table.Column("syscall"), capability = table.Column("capability");
        return Enumerable.Range(0, table.RowCount).ToFrozenDictionary(row => table.Text(row, syscall),
            row => Capabilities.TryParse(table.Text(row, capability), out var number) ? number : throw new InvalidOperationException($"linux/privileged-calls.csv: '{table.Text(row, capability)}' is no capability"));
    });

    /// <summary>Whether a process with these capabilities, by number, is refused the call by Linux itself.</summary>
    public static bool AreMissing(string syscall, ulong capabilities) => s_bySyscall.Value.TryGetValue(syscall, out var wanted) && (capabilities & 1UL << wanted) == 0;
}
