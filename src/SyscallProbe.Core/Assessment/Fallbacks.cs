using SyscallProbe.Matrix;

namespace SyscallProbe.Assessment;

/// <summary>Which errors the callers of a syscall are known to take without harm (<c>data/linux/fallbacks.csv</c>): a probe with a fall-back.</summary>
static class Fallbacks
{
    static readonly Lazy<Dictionary<(string Syscall, string Errno), string>> s_callers = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/fallbacks");
        int syscall = table.Column("syscall"), errno = table.Column("errno"), caller = table.Column("caller");
        var callers = new Dictionary<(string, string), string>();
        for (var row = 0; row < table.RowCount; row++) callers.TryAdd((table.Text(row, syscall), table.Text(row, errno)), table.Text(row, caller));
        return callers;
    });

    /// <summary>Who is known to fall back when the call gives this error; null when nobody is.</summary>
    public static string? CallerThatTakes(string? syscall, Errno errno) =>
        syscall is not null && s_callers.Value.TryGetValue((syscall, errno.Name), out var caller) ? caller : null;
}
