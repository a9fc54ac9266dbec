using SyscallProbe.Recording.Bundle;

namespace SyscallProbe.Recording.Tests.Bundle;

public sealed class BundleFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("syscallprobe-bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Command_and_terminal_are_read()
    {
        Write("""{"process":{"terminal":true,"args":["sh","-c","x"],"user":null},"linux":{"resources":{"devices":[{"major":null}]}}}""");

        var bundle = BundleFile.Read(_folder);

        bundle.Argv.Should().Equal("sh", "-c", "x");
        bundle.WantsTerminal.Should().BeTrue();
    }

    [Theory]
    [InlineData("{}", "not an OCI bundle: no command in process.args")]
    [InlineData("[]", "not an OCI bundle: no command in process.args")]
    [InlineData("""{"process":{"args":[]}}""", "not an OCI bundle: no command in process.args")]
    [InlineData("""{"process":{"args":["sh",1]}}""", "not an OCI bundle: no command in process.args")]
    public void File_without_a_command_is_refused(string text, string what)
    {
        Write(text);

        new Action(() => BundleFile.Read(_folder)).Should().Throw<FailureException>().Which.Failure.Should()
            .Be(new Failure(FailureCode.BadInput, what, _folder + "/config.json", "runc spec makes a config.json to start from"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    [InlineData("\0")]
    public void File_that_is_no_JSON_is_refused(string? text)
    {
        if (text is not null) Write(text);

        new Action(() => BundleFile.Read(_folder)).Should().Throw<FailureException>().Which.Failure.Code.Should().Be(FailureCode.BadInput);
    }

    void Write(string text) => File.WriteAllText(_folder + "/config.json", text);
}
