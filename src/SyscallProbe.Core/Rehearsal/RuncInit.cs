using SyscallProbe.Matrix;

namespace SyscallProbe.Rehearsal;

/// <summary>What runc's init calls between the seccomp filter and the workload's execve (<c>data/linux/runc-init-calls.csv</c>).</summary>
/// <remarks>A filter that refuses one of them keeps the container from starting: only somebody who sees who calls can refuse it to the workload alone.</remarks>
public static class RuncInit
{
    static readonly Lazy<HashSet<string>> s_calls = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/runc-init-calls");
        return [.. Enumerable.Range(0, table.RowCount).Select(row => table.Text(row, table.Column("syscall")))];
    });

    public static bool Calls(string syscall) => s_calls.Value.Contains(syscall);
}
