using SyscallProbe.Matrix;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests;

/// <summary>Knowledge comes from how gVisor, Kata and Linux behave: none of it may be there for a case of the accuracy corpus.</summary>
public sealed class CorpusNamesTests
{
    // What decides in an assessment; where a fact comes from may well name a program.
    static readonly string[] s_deciding = ["syscall", "arguments", "fd", "path", "capability", "configuration", "condition", "executables"];

    [Fact]
    public void No_row_that_decides_names_a_case()
    {
        // Those of stress-ng are plain words, such as cpu and open.
        var names = Read("benchmarks/SyscallProbe.Accuracy/corpus/cases.csv").Rows
            .Select(row => row[0]).Where(name => name.StartsWith("apps/", StringComparison.Ordinal)).Select(name => name[5..]).ToHashSet();
        // Some cases are named after the call or the constant that they try: those words are the field's own.
        names.ExceptWith(names.Where(name => Syscalls.NrOf(Abi.Amd64, name.Replace('-', '_')) is not null).ToArray());

        var hits = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Repo.PathOf("data"), "*.csv", SearchOption.AllDirectories).Where(IsJudgement))
        {
            var file = Read(path);
            foreach (var column in s_deciding.Select(file.IndexOf).Where(column => column >= 0))
            {
                hits.AddRange(file.Rows.SelectMany(row => row[column].Split([' ', ',', '=', '/', '|'])).Where(names.Contains).Select(name => $"{file.Path}: {name}"));
            }
        }

        hits.Should().BeEmpty();
    }

    static bool IsJudgement(string path) =>
        path.Contains("/gvisor/rules/", StringComparison.Ordinal) || path.EndsWith("/fallbacks.csv") || path.EndsWith("/reliance.csv") || path.EndsWith("/optional-paths.csv");

    static CsvFile Read(string path)
    {
        using var stream = File.OpenRead(Path.IsPathRooted(path) ? path : Repo.PathOf(path));
        return CsvFile.Read(path, stream);
    }
}
