namespace SyscallProbe.Cli.Tests.Output;

public sealed class ResultFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_result_is_in_the_file_and_nothing_on_standard_output()
    {
        var (exit, output, error) = Explain("out.json");

        File.ReadAllText(Path.Combine(_folder, "out.json")).Should().Be(TestHost.Run(["explain", "GV0001", "-f", "json"]).Out);
        (exit, output, error).Should().Be((0, "", ""));
        Directory.GetFileSystemEntries(_folder).Should().HaveCount(1, "no temporary file stays");
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_also_behind_a_link()
    {
        File.WriteAllText(Path.Combine(_folder, "real"), new string('x', 100_000));
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "real");

        Explain("link").Exit.Should().Be(0);

        new FileInfo(Path.Combine(_folder, "link")).LinkTarget.Should().Be("real");
        File.ReadAllText(Path.Combine(_folder, "real")).Should().StartWith("{").And.EndWith("}\n");
    }

    [Theory]
    [InlineData(".", "it is a folder")]
    [InlineData("no/such/folder", "Could not find a part of the path")]
    public void A_place_that_cannot_be_written_is_an_error_that_names_the_option(string path, string why)
    {
        var (exit, output, error) = Explain(path);

        error.Should().StartWith($"syscallprobe: error: cannot write '{path}': {why}").And.Contain("\n  at  --output\n");
        (exit, output).Should().Be((1, ""));
    }

    [Fact]
    public void A_device_is_written_as_it_is()
    {
        Explain("/dev/null").Exit.Should().Be(0);

        (File.GetAttributes("/dev/null") & FileAttributes.Normal, new FileInfo("/dev/null").Length).Should().Be((FileAttributes.Normal, 0L));
    }

    (int Exit, string Out, string Error) Explain(string path) => TestHost.Run(["explain", "GV0001", "-f", "json", "-o", path], _folder);
}
