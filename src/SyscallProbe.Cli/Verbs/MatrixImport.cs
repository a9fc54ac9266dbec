using System.Globalization;
using System.Text;
using SyscallProbe.Cli.Upstream;
using SyscallProbe.Matrix;
using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix import</c>: takes in gVisor's own tables.</summary>
static class MatrixImport
{
    /// <summary>
    /// Writes <c>gvisor/releases.csv</c>, <c>levels.csv</c>, <c>notes.csv</c>, <c>names.csv</c>, <c>nvproxy-drivers.csv</c>, <c>nvproxy-commands.csv</c> and
    /// <c>sources.csv</c> from the release tags of a repository.
    /// </summary>
    /// <param name="dataFolder">Has <c>abi/syscalls.csv</c>, and the files whose sources are indexed.</param>
    public static void FromRepository(string gitDirectory, string dataFolder, TextWriter output)
    {
        using var git = new GitRepository(gitDirectory);
        var import = new GvisorImport(git);
        var releases = import.Releases();
        var history = new MatrixHistory(KernelNames(dataFolder), releases);
        var (levels, notes) = history.Levels();
        var nvproxy = new NvproxyImport(git).History(releases.Select(release => release.Name));
        var sources = import.Sources(releases, SourceIndex.CitedPaths(CitingFiles(dataFolder))).ToCsv();
        foreach (var file in new[] { history.Releases(), levels, notes, history.Names(), nvproxy.Drivers(), nvproxy.Commands(), sources })
        {
            var path = Path.Combine(dataFolder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var text = Encoding.UTF8.GetBytes(file.ToString());
            var same = File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(text);
            if (!same) File.WriteAllBytes(path, text);
            output.WriteLine($"{file.Path}: {file.Rows.Count} rows{(same ? "" : ", changed")}");
        }
    }

    /// <summary>The table that a runsc binary prints of itself, as rows of <c>matrix show</c>.</summary>
    public static CsvFile FromRunsc(string path) => RunscTable.ToRows(RunscTable.Parse(RunscProgram.Table(path)), ErrnoTexts());

    static Dictionary<string, string> ErrnoTexts()
    {
        var table = PackedImage.Embedded.Table("gvisor/errno-texts");
        int text = table.Column("text"), errno = table.Column("errno");
        return Enumerable.Range(0, table.RowCount).ToDictionary(row => table.Text(row, text), row => table.Text(row, errno), StringComparer.Ordinal);
    }

    static IEnumerable<CsvFile> CitingFiles(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "gvisor");
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var csv = File.OpenRead(path);
            yield return CsvFile.Read(Path.GetRelativePath(dataFolder, path), csv);
        }
    }

    static Dictionary<(Abi Abi, int Nr), string> KernelNames(string dataFolder)
    {
        using var csv = File.OpenRead(Path.Combine(dataFolder, "abi", "syscalls.csv"));
        var file = CsvFile.Read("abi/syscalls.csv", csv);
        int abi = file.Column("abi"), nr = file.Column("nr"), name = file.Column("name");
        var names = new Dictionary<(Abi Abi, int Nr), string>();
        foreach (var row in file.Rows)
        {
            if (!AbiNames.TryParse(row[abi], out var which) || which is not (Abi.Amd64 or Abi.Arm64)) continue;
            var number = int.Parse(row[nr], CultureInfo.InvariantCulture);
            if (number < SyscallTable.NumberLimit) names[(which, number)] = row[name];
        }
        return names;
    }
}
