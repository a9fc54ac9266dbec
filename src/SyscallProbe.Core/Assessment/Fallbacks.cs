using System.Collections.Immutable;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Assessment;

/// <summary>Which errors callers are known to take without harm (<c>data/linux/fallbacks.csv</c>): a probe with a fall-back.</summary>
/// <remarks>A row without arguments is about every call of its syscall; one without executables is about code that many programs share, such as libc.</remarks>
static class Fallbacks
{
    sealed record Row(CallPattern Calls, string[] Executables, string Caller);

    static readonly Lazy<ILookup<string, Row>> s_byErrno = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/fallbacks");
        int syscall = table.Column("syscall"), arguments = table.Column("arguments"), errno = table.Column("errno");
        int executables = table.Column("executables"), caller = table.Column("caller");
        return Enumerable.Range(0, table.RowCount).ToLookup(row => table.Text(row, errno), row => new Row(
            new CallPattern(table.Text(row, syscall), table.Text(row, arguments)),
            table.Text(row, executables).Split(' ', StringSplitOptions.RemoveEmptyEntries), table.Text(row, caller)));
    });

    /// <summary>Who is known to fall back when the call gives this error; null when nobody is, or not all of the programs that made it.</summary>
    /// <param name="executables">Paths of the programs that made the call.</param>
    public static string? CallerThatTakes(Call call, Errno errno, ImmutableSortedSet<string> executables) =>
        s_byErrno.Value[errno.Name].FirstOrDefault(row => row.Calls.Fits(call) && AreAmong(executables, row.Executables))?.Caller;

    static bool AreAmong(ImmutableSortedSet<string> paths, string[] names) =>
        names.Length == 0 || (paths.Count > 0 && paths.All(path => names.Contains(path[(path.LastIndexOf('/') + 1)..])));
}
