namespace SyscallProbe.Cli.Tests.Output;

public sealed class ColourTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_terminal_has_colour() => Out(isTerminal: true, []).Should().Contain("\e[1m").And.Contain("\e[0m");

    [Fact]
    public void A_pipe_has_none() => Out(isTerminal: false, []).Should().NotContain("\e");

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("SYSCALLPROBE_NO_COLOR", "yes")]
    [InlineData("TERM", "dumb")]
    public void A_variable_turns_it_off(string name, string value) => Out(isTerminal: true, new() { [name] = value }).Should().NotContain("\e");

    [Fact]
    public void An_empty_NO_COLOR_is_none() => Out(isTerminal: true, new() { ["NO_COLOR"] = "" }).Should().Contain("\e[1m");

    [Fact]
    public void The_option_turns_it_off() => Out(isTerminal: true, [], "--no-color").Should().NotContain("\e");

    [Fact]
    public void A_file_has_none_even_at_a_terminal()
    {
        Out(isTerminal: true, [], "-o", Path.Combine(_folder, "out")).Should().BeEmpty();

        File.ReadAllText(Path.Combine(_folder, "out")).Should().NotBeEmpty().And.NotContain("\e");
    }

    static string Out(bool isTerminal, Dictionary<string, string> environment, params string[] options) =>
        TestHost.Run(["explain", "GV0001", .. options], environment: environment, isTerminal: isTerminal).Out;
}
