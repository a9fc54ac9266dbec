using System.Collections.Immutable;
using System.Globalization;
using SyscallProbe.Matrix;

namespace SyscallProbe.Kubernetes;

/// <summary>How a version of containerd's configuration file names things: a row of <c>data/kubernetes/containerd-configs.csv</c>.</summary>
/// <remarks>
/// It is the <c>version</c> in the file that decides, and not containerd's release: a 2.2 reads a file of version 2 by the names of version 2. A table under the name of another
/// version is passed over without a word, and <c>containerd config dump</c> ends with 0 and has no such handler.
/// </remarks>
/// <param name="Since">First minor release of containerd that reads it: <c>2.0</c>.</param>
/// <param name="Until">Last one; null where the newest known still does.</param>
/// <param name="Plugin">The key below <c>plugins</c> that has the runtimes.</param>
/// <param name="Folder">Folder of files that are merged into the main one where it imports them; null where an imported file replaces all that the main file says of the plugin.</param>
public sealed record ContainerdDialect(int Version, string Since, string? Until, string Plugin, string? Folder)
{
    static readonly Lazy<ImmutableArray<ContainerdDialect>> s_all = new(() =>
        [.. PackedImage.Embedded.Table("kubernetes/containerd-configs").Cells("version", "since", "until", "plugin", "folder")
            .Select(cell => new ContainerdDialect(int.Parse(cell[0], NumberStyles.None, CultureInfo.InvariantCulture), cell[1], Some(cell[2]), cell[3], Some(cell[4])))]);

    /// <summary>All, by version.</summary>
    public static ImmutableArray<ContainerdDialect> All => s_all.Value;

    /// <summary>The dialect of a version.</summary>
    /// <param name="where">The option or file that names it, for the error.</param>
    /// <exception cref="FailureException">It is not known.</exception>
    public static ContainerdDialect Of(int version, string? where) => All.FirstOrDefault(dialect => dialect.Version == version)
        ?? throw new FailureException(new Failure(FailureCode.BadInput, $"unknown version {version} of containerd's configuration", where, $"known are {string.Join(", ", All.Select(dialect => dialect.Version))}"));

    /// <summary>The keys that lead to a handler: <c>plugins</c>, the plugin, <c>containerd</c>, <c>runtimes</c>, its name.</summary>
    public ImmutableArray<string> PathOf(string handler) => ["plugins", Plugin, "containerd", "runtimes", handler];

    static string? Some(string cell) => cell.Length == 0 ? null : cell;
}
