namespace SyscallProbe.Cli.Tests;

/// <summary>
/// Every folder in <c>cases/</c> is a run of the program: <c>args</c> has an argument a line and <c>env</c>, where there is one, a NAME=VALUE a line;
/// <c>stdout</c>, <c>stderr</c> and <c>exit</c> are what must come out. What else is there is input: the folder is the working directory.
/// </summary>
public sealed class CaseTests
{
    const string Folder = "tests/SyscallProbe.Cli.Tests/cases";

    public static TheoryData<string> Names =>
        new(Directory.EnumerateDirectories(Repo.PathOf(Folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Output_and_exit_code_are_as_recorded(string name)
    {
        var folder = Repo.PathOf(Folder, name);

        var (exit, output, error) = TestHost.Run(Lines(folder, "args"), folder, Lines(folder, "env").Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));

        Golden.Matches($"{Folder}/{name}/stdout", Normalised(output, folder));
        Golden.Matches($"{Folder}/{name}/stderr", Normalised(error, folder));
        Golden.Matches($"{Folder}/{name}/exit", exit + "\n");
    }

    [Fact]
    public void Every_case_has_all_its_parts() =>
        Names.Select(row => row.Data).Should().OnlyContain(name => new[] { "args", "stdout", "stderr", "exit" }.All(part => File.Exists(Repo.PathOf(Folder, name, part))));

    // All that may differ between two machines.
    static string Normalised(string text, string folder) => text.Replace(folder, "CASE").Replace($"syscallprobe {App.Version}", "syscallprobe VERSION");

    static string[] Lines(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? File.ReadAllLines(Path.Combine(folder, file)) : [];
}
