using System.Globalization;
using System.Text;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;
using SyscallProbe.Tests;

namespace SyscallProbe.Core.Tests;

/// <summary>The discipline that every CSV of <c>data/</c> keeps, and the keys of those below <c>data/abi/</c> and of the flags, paths and identity of gVisor.</summary>
public sealed class DataFilesTests
{
    public static TheoryData<string> Files => new(Directory
        .EnumerateFiles(Repo.PathOf("data"), "*.csv", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repo.PathOf("data"), path)).Order(StringComparer.Ordinal));

    static CsvFile Read(string name)
    {
        using var csv = File.OpenRead(Repo.PathOf("data", name));
        return CsvFile.Read($"data/{name}", csv);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_is_plain_UTF8_with_one_row_a_line_and_no_needless_quotes(string name)
    {
        var bytes = File.ReadAllBytes(Repo.PathOf("data", name));

        Encoding.UTF8.GetString(bytes).Should().Be(Read(name).ToString(), "LF, no byte order mark, a final newline, quotes only where RFC 4180 needs them");
    }

    [Fact]
    public void Every_file_has_its_row_in_SOURCES_and_every_row_its_file()
    {
        var sources = Read("SOURCES.csv");
        var listed = sources.Rows.Select(row => row[sources.Column("file")]).ToList();

        listed.Should().OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
        listed.Should().BeEquivalentTo(Files.Select(row => (string)row.Data).Where(name => name != "SOURCES.csv"));
        sources.Rows.Select(row => row[sources.Column("kind")]).Should().OnlyContain(kind => kind == "extracted" || kind == "curated");
    }

    [Theory]
    [InlineData("abi/capabilities.csv", "number:n")]
    [InlineData("abi/constants.csv", "set", "number", "name")]
    [InlineData("abi/errnos.csv", "errno:n")]
    [InlineData("abi/key-arguments.csv", "syscall", "position:n", "offset:n", "name")]
    [InlineData("abi/texts.csv", "set", "text")]
    [InlineData("abi/syscalls.csv", "abi", "nr:n")]
    [InlineData("gvisor/flags.csv", "flag", "since")]
    [InlineData("gvisor/identity.csv", "name", "since")]
    [InlineData("gvisor/disagreements.csv", "query", "configuration", "since")]
    [InlineData("gvisor/paths.csv", "path", "since", "condition")]
    [InlineData("linux/fallbacks.csv", "syscall", "arguments", "errno", "executables")]
    [InlineData("linux/optional-paths.csv", "path")]
    [InlineData("probe/calls.csv", "syscall", "order:n")]
    [InlineData("linux/reliance.csv", "syscall", "arguments")]
    [InlineData("linux/privileged-calls.csv", "syscall")]
    public void Rows_are_sorted_by_a_unique_key(string name, params string[] columns)
    {
        var file = Read(name);
        string Key(IReadOnlyList<string> row) => string.Join('\x01', columns.Select(column => column switch
        {
            "number" when name == "abi/constants.csv" => NumberOf(file, row).ToString("D20", CultureInfo.InvariantCulture),
            _ when column.EndsWith(":n", StringComparison.Ordinal) => row[file.Column(column[..^2])].PadLeft(20, '0'),
            _ => row[file.Column(column)],
        }));

        var wrong = file.Rows.Zip(file.Rows.Skip(1)).Select((pair, index) => (index, First: Key(pair.First), Second: Key(pair.Second)))
            .Where(pair => string.CompareOrdinal(pair.First, pair.Second) >= 0).Select(pair => $"{file.Path}:{pair.index + 3} does not follow the line before it");

        wrong.Should().BeEmpty();
    }

    [Theory]
    [InlineData("linux/fallbacks.csv")]
    [InlineData("linux/reliance.csv")]
    public void Arguments_of_a_table_beside_the_rules_are_conditions_on_the_syscall(string name)
    {
        var file = Read(name);
        int syscall = file.Column("syscall"), arguments = file.Column("arguments");

        var wrong = new List<string>();
        foreach (var row in file.Rows)
        {
            if (Syscalls.NrOf(Abi.Amd64, row[syscall]) is not { } nr) wrong.Add($"amd64 has no syscall {row[syscall]}");
            else if (TermParser.Parse(row[arguments], KeyArguments.Of(Abi.Amd64, nr), Constants.Known, Abi.Amd64, out var why) is null) wrong.Add($"{row[syscall]}: {why}");
        }

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void A_privileged_call_and_its_capability_are_the_kernels()
    {
        var file = Read("linux/privileged-calls.csv");

        file.Rows.Where(row => Syscalls.NrOf(Abi.Amd64, row[0]) is null || !row[1].StartsWith("CAP_", StringComparison.Ordinal) || !Capabilities.TryParse(row[1], out _)).Should().BeEmpty();
    }

    [Fact]
    public void A_number_has_one_name_in_a_set_and_a_name_one_number()
    {
        var file = Read("abi/constants.csv");
        int set = file.Column("set"), name = file.Column("name"), value = file.Column("value"), arm64 = file.Column("arm64"), alias = file.Column("alias"), field = file.Column("field");

        file.Rows.Select(row => (row[set], row[value], row[arm64], row[field])).Should().OnlyHaveUniqueItems("other names of a number go into the column alias");
        file.Rows.SelectMany(row => row[alias].Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(row[name]).Select(any => (row[set], any))).Should().OnlyHaveUniqueItems();
        file.Rows.Should().OnlyContain(row => row[value] != "-" || row[arm64].StartsWith("0x"), "a constant is defined somewhere");
    }

    // Sorted by the number on amd64; one that only arm64 has by its own.
    static ulong NumberOf(CsvFile file, IReadOnlyList<string> row) =>
        Constants.TryParseNumber(row[file.Column("value")], out var value) || Constants.TryParseNumber(row[file.Column("arm64")], out value) ? value : 0;
}
