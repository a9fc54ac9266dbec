using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Assessment;

/// <summary>Which errors callers are known to take without harm (<c>data/linux/fallbacks.csv</c>): a probe with a fall-back.</summary>
/// <remarks>A row without arguments is about every call of its syscall.</remarks>
static class Fallbacks
{
    sealed record Row(string Syscall, string Arguments, string Caller);

    static readonly Lazy<ILookup<string, Row>> s_byErrno = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/fallbacks");
        int syscall = table.Column("syscall"), arguments = table.Column("arguments"), errno = table.Column("errno"), caller = table.Column("caller");
        return Enumerable.Range(0, table.RowCount).ToLookup(row => table.Text(row, errno),
            row => new Row(table.Text(row, syscall), table.Text(row, arguments), table.Text(row, caller)));
    });

    /// <summary>Who is known to fall back when the call gives this error; null when nobody is.</summary>
    public static string? CallerThatTakes(Call call, Errno errno) => s_byErrno.Value[errno.Name].FirstOrDefault(row => Fits(row, call))?.Caller;

    static bool Fits(Row row, Call call)
    {
        if (row.Syscall != call.Syscall) return false;
        if (row.Arguments.Length == 0) return true;
        var terms = TermParser.Parse(row.Arguments, KeyArguments.Of(call.Abi, call.Nr), Constants.Known, call.Abi, out _);
        return terms is not null && terms.All(term => call.Knows(term.Slot) && term.Holds(call[term.Slot]));
    }
}
