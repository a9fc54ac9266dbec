namespace SyscallProbe.Cli.Tests.Options;

public sealed class RawArgsTests
{
    // What these say ends in the list of all verbs; golden files of them would change with every verb.
    [Theory]
    [InlineData("", "no verb given; expected one of ")]
    [InlineData("matrix", "no verb given; expected one of ")]
    [InlineData("matrx", "unknown verb 'matrx'; expected one of ")]
    [InlineData("--bogus", "unknown option '--bogus'; expected one of ")]
    [InlineData("matrix pak", "unknown verb 'pak'; expected one of ")]
    [InlineData("@file", "unknown verb '@file'; expected one of ")]
    [InlineData("[diagram] matrix pack", "unknown verb '[diagram]'; expected one of ")]
    [InlineData("--quiet matrix pack", "the option '--quiet' stands before the verb and belongs behind it; expected one of ")]
    public void Without_a_verb_the_verbs_are_named(string line, string error)
    {
        var (exit, output, text) = TestHost.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        text.Should().StartWith("syscallprobe: error: " + error);
        output.Should().BeEmpty();
        exit.Should().Be((int)ExitCode.Failed);
    }

    [Fact]
    public void The_nearest_verb_is_named() => TestHost.Run(["matrx"]).Error.Should().Contain("; nearest: matrix");
}
