using SyscallProbe.Matrix;

namespace SyscallProbe.Rules;

/// <summary>The runsc flags that change what a workload can do, with their defaults by release.</summary>
/// <remarks>Facts: <c>data/gvisor/flags.csv</c>, from <c>runsc/config/flags.go</c> (until release-20200818.0 <c>runsc/main.go</c>) at every release tag.</remarks>
public static class GvisorFlags
{
    readonly record struct Span(Release Since, Release Until, string Default);

    static readonly Lazy<SortedDictionary<string, List<Span>>> s_flags = new(Load);

    /// <summary>What a flag is when it is not given.</summary>
    /// <returns>Null when runsc has no such flag at that release, or one that changes nothing for workloads. Empty is a value.</returns>
    public static string? DefaultOf(string flag, Release release)
    {
        if (!s_flags.Value.TryGetValue(flag, out var spans)) return null;
        foreach (var span in spans)
        {
            if (span.Since <= release && release <= span.Until) return span.Default;
        }
        return null;
    }

    /// <summary>Every flag that some release has, sorted.</summary>
    public static IReadOnlyCollection<string> Names => s_flags.Value.Keys;

    /// <summary>The flags of one release, sorted: the choices of an error.</summary>
    public static IEnumerable<string> NamesAt(Release release) => Names.Where(flag => DefaultOf(flag, release) is not null);

    /// <summary>Releases in which a flag exists, for saying that it is too old or too new; empty when it never does.</summary>
    public static IEnumerable<(Release Since, Release Until)> SpansOf(string flag) =>
        s_flags.Value.TryGetValue(flag, out var spans) ? spans.Select(span => (span.Since, span.Until)) : [];

    static SortedDictionary<string, List<Span>> Load()
    {
        var releases = GvisorReleases.Known;
        var table = PackedImage.Embedded.Table("gvisor/flags");
        int flag = table.Column("flag"), since = table.Column("since"), until = table.Column("until"), value = table.Column("default");
        var flags = new SortedDictionary<string, List<Span>>(StringComparer.Ordinal);
        for (var row = 0; row < table.RowCount; row++)
        {
            if (!flags.TryGetValue(table.Text(row, flag), out var spans)) flags[table.Text(row, flag)] = spans = [];
            var where = $"data/gvisor/flags.csv:{row + 2}";
            spans.Add(new Span(
                releases.Parse(table.Text(row, since), where),
                table.Text(row, until) is { Length: > 0 } last ? releases.Parse(last, where) : releases.Newest,
                table.Text(row, value)));
        }
        return flags;
    }
}
