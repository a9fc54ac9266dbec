using SyscallProbe.Matrix;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests.Matrix;

/// <summary>Holds every citation in <c>data/gvisor/</c> against the index that the importer made of gVisor's source.</summary>
public sealed class SourcesTests
{
    static readonly GvisorReleases s_releases = GvisorReleases.Known;

    [Fact]
    public void Every_cited_symbol_is_in_its_file_from_the_rows_first_release_to_its_last()
    {
        var index = Read(Repo.PathOf("data", "gvisor", "sources.csv"));
        int path = index.Column("path"), symbol = index.Column("symbol"), since = index.Column("since"), until = index.Column("until");
        var known = index.Rows.ToLookup(row => (row[path], row[symbol]), row => (Since: Start(row[since]), Until: End(row[until])));

        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Repo.PathOf("data", "gvisor"), "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read))
        {
            if (file.IndexOf("source") < 0 || file.IndexOf("symbol") < 0) continue;
            for (var i = 0; i < file.Rows.Count; i++)
            {
                var row = file.Rows[i];
                var (cited, name) = (row[file.Column("source")], row[file.Column("symbol")]);
                var (from, to) = (file.IndexOf("since") is >= 0 and var s ? Start(row[s]) : End(""), file.IndexOf("until") is >= 0 and var u ? End(row[u]) : End(""));
                foreach (var release in new[] { from, to }.Distinct())
                {
                    if (cited.Length > 0 && known[(cited, name)].Any(span => span.Since <= release && release <= span.Until)) continue;
                    wrong.Add($"{file.Path}:{i + 2}: {(name.Length == 0 ? "no file" : $"no '{name}' in")} '{cited}' at {s_releases.NameOf(release)}");
                }
            }
        }

        wrong.Should().BeEmpty("a citation must exist; after adding rows run `syscallprobe matrix import --gvisor-repo DIR`");
    }

    static Release Start(string text) => text.Length == 0 ? s_releases.All[0] : s_releases.Parse(text);

    static Release End(string text) => text.Length == 0 ? s_releases.Newest : s_releases.Parse(text);

    static CsvFile Read(string path)
    {
        using var csv = File.OpenRead(path);
        return CsvFile.Read(Path.GetRelativePath(Repo.Root, path), csv);
    }
}
