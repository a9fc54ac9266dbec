using SyscallProbe.Matrix;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Assessment;

/// <summary>Files of /proc and /sys that programs use where they are there and do without where they are not (<c>data/linux/optional-paths.csv</c>).</summary>
static class OptionalPaths
{
    static readonly Lazy<(string Pattern, bool Written)[]> s_patterns = new(() =>
    {
        var table = PackedImage.Embedded.Table("linux/optional-paths");
        int path = table.Column("path"), access = table.Column("access");
        return [.. Enumerable.Range(0, table.RowCount).Select(row => (table.Text(row, path), table.Text(row, access) == "any"))];
    });

    /// <summary>What the absence of a path means for a call that found something there under runc.</summary>
    /// <returns>
    /// Harmless for one that is known to be optional for what was done to it; blocking for a device that was opened; degraded for one that was only asked about; else unknown:
    /// most programs read such files if they can, and only running the workload without them tells.
    /// </returns>
    public static Consequence ConsequenceOf(Call call, Outcome outcome)
    {
        if (call.Opens && !IsDirectory(call) && outcome.Rule is GvisorPaths.DevAbsent or GvisorPaths.DeviceDead) return Consequence.Blocking;
        var read = IsOnlyRead(call);
        if (s_patterns.Value.Any(row => (read || row.Written) && PathPattern.Matches(row.Pattern, call.Path))) return Consequence.Harmless;
        return Reliances.Of(call) == Reliance.Lookup ? Consequence.Degraded : Consequence.Unknown;
    }

    // What lies below /dev and is opened to be listed is no device.
    static bool IsDirectory(Call call) => call.OpenFlags is { } flags && Constants.Known.TryParse("open_flags", "O_DIRECTORY", call.Abi, out var directory) && (flags & directory) != 0;

    // O_RDONLY is 0 of O_ACCMODE, include/uapi/asm-generic/fcntl.h (v6.18); calls without flags of open do not write.
    static bool IsOnlyRead(Call call)
    {
        const ulong accessMode = 3;
        return !call.Opens || (call.OpenFlags is { } flags && (flags & accessMode) == 0);
    }
}
