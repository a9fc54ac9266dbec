using SyscallProbe.Recording.Bundle;

namespace SyscallProbe.Recording.Tests.Bundle;

public sealed class BindMountTests
{
    [Theory]
    [InlineData("/etc:/data", "/etc", "/data", false)]
    [InlineData("/etc:/data:ro", "/etc", "/data", true)]
    [InlineData("/etc:/data:rw", "/etc", "/data", false)]
    [InlineData("etc/hosts:/hosts", "/etc/hosts", "/hosts", false)]
    [InlineData(".:/here", "/", "/here", false)]
    public void Form_is_read(string text, string source, string destination, bool isReadOnly) =>
        BindMount.Parse(text, "/").Should().Be(new BindMount(source, destination, isReadOnly));

    [Theory]
    [InlineData("/etc", "expected SRC:DST[:ro|:rw] with an absolute DST below /, found '/etc'")]
    [InlineData("/etc:data", "expected SRC:DST[:ro|:rw] with an absolute DST below /, found '/etc:data'")]
    [InlineData(":/data", "expected SRC:DST[:ro|:rw] with an absolute DST below /, found ':/data'")]
    [InlineData("/etc:/", "expected SRC:DST[:ro|:rw] with an absolute DST below /, found '/etc:/'")]
    [InlineData("/etc:/data:z", "expected SRC:DST[:ro|:rw] with an absolute DST below /, found '/etc:/data:z'")]
    [InlineData("/nowhere/to/be/found:/data", "'/nowhere/to/be/found' does not exist")]
    public void Other_forms_are_refused(string text, string what) =>
        new Action(() => BindMount.Parse(text, "/")).Should().Throw<FailureException>().Which.Failure.What.Should().Be(what);
}
