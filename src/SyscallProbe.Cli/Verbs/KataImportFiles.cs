using System.Text;
using SyscallProbe.Cli.Upstream;
using SyscallProbe.Guest;
using SyscallProbe.Guest.Upstream;
using SyscallProbe.Matrix;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix import --kata-repo</c>: takes in the guest kernels of Kata's releases.</summary>
static class KataImportFiles
{
    /// <summary>Writes <c>kata/releases.csv</c>, <c>kernels.csv</c> and <c>configs.csv</c>.</summary>
    /// <param name="linuxSources">Linux source trees, at least one.</param>
    /// <param name="dataFolder">Has <c>kata/variants.csv</c>, and the files of <c>linux/</c> that name options.</param>
    public static void Write(string gitDirectory, IReadOnlyList<string> linuxSources, string dataFolder, TextWriter output, TextWriter progress)
    {
        // A release without configurations would look as if it had those of the release before it.
        if (linuxSources.Count == 0)
            throw new FailureException(new Failure(FailureCode.Usage, "no Linux source to make guest configurations in", Fix: "give --linux-source DIR, one for each kernel series if you can"));
        using var git = new GitRepository(gitDirectory);
        var trees = linuxSources.Select(path => new LinuxTree(path)).ToList();
        var history = new KataHistory(new KataImport(git, Variants(dataFolder), trees, Options(dataFolder), progress).Releases());
        Save(dataFolder, history.Releases(), output);
        Save(dataFolder, history.Kernels(), output);
        Save(dataFolder, history.Configs(), output);
    }

    static void Save(string dataFolder, CsvFile file, TextWriter output)
    {
        var path = Path.Combine(dataFolder, file.Path);
        var text = Encoding.UTF8.GetBytes(file.ToString());
        var same = File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(text);
        if (!same) File.WriteAllBytes(path, text);
        output.WriteLine($"{file.Path}: {file.Rows.Count} rows{(same ? "" : ", changed")}");
    }

    static List<KernelVariant> Variants(string dataFolder)
    {
        var file = Read(dataFolder, "kata/variants.csv");
        int name = file.Column("variant"), arch = file.Column("arch"), since = file.Column("since"), until = file.Column("until"), version = file.Column("version"), flags = file.Column("flags");
        return [.. file.Rows.Select(row => new KernelVariant(row[name],
            AbiNames.TryParse(row[arch], out var abi) ? abi : throw new FailureException(new Failure(FailureCode.BadInput, $"no ABI '{row[arch]}'", $"data/{file.Path}")),
            new KataVersion(row[since]), row[until].Length == 0 ? null : new KataVersion(row[until]), row[version], row[flags]))];
    }

    static List<string> Options(string dataFolder) =>
        [.. new[] { "linux/arguments.csv", "linux/features.csv", "linux/paths.csv", "linux/syscalls-config.csv" }.SelectMany(name => Column(Read(dataFolder, name), "option"))
            .Where(option => option.StartsWith("CONFIG_", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];

    static IEnumerable<string> Column(CsvFile file, string header)
    {
        var column = file.Column(header);
        return file.Rows.Select(row => row[column]);
    }

    static CsvFile Read(string dataFolder, string name)
    {
        using var csv = File.OpenRead(Path.Combine(dataFolder, name));
        return CsvFile.Read(name, csv);
    }
}
