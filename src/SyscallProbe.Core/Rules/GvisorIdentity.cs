using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>What a gVisor sandbox says it is: the kernel version that programs gate features on.</summary>
/// <remarks>Facts: <c>data/gvisor/identity.csv</c>.</remarks>
public static class GvisorIdentity
{
    /// <summary>A fact by its name: <c>uname.sysname</c>, <c>uname.release</c>, <c>uname.version</c>, <c>/proc/version</c>, <c>/proc/cmdline</c>, <c>/sys/fs/cgroup</c>.</summary>
    /// <returns>Null when there is no such fact or the release was not studied for it.</returns>
    public static string? ValueOf(string name, Release release)
    {
        var releases = GvisorReleases.Known;
        var table = PackedImage.Embedded.Table("gvisor/identity");
        int nameAt = table.Column("name"), since = table.Column("since"), until = table.Column("until");
        for (var row = 0; row < table.RowCount; row++)
        {
            if (table.Text(row, nameAt) != name || releases.Parse(table.Text(row, since)) > release) continue;
            if (table.Text(row, until) is { Length: > 0 } last && releases.Parse(last) < release) continue;
            return table.Text(row, table.Column("value"));
        }
        return null;
    }

    /// <summary>What <c>uname -r</c> prints there: <c>4.4.0</c>, from release-20260427.0 on <c>4.19.0-gvisor</c>.</summary>
    public static string KernelReleaseOf(Release release) => ValueOf("uname.release", release)!;
}
