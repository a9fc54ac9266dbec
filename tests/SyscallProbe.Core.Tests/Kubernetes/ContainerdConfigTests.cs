using System.Text;
using SyscallProbe.Kubernetes;

namespace SyscallProbe.Core.Tests.Kubernetes;

public sealed class ContainerdConfigTests
{
    static ContainerdConfig Read(string text) => ContainerdConfig.Read(Encoding.UTF8.GetBytes(text), "config.toml");

    [Theory]
    [InlineData("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\nruntime_type = \"io.containerd.runsc.v1\"")]
    [InlineData("version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]\nruntime_type = 'io.containerd.runsc.v1'")]
    [InlineData("version = 4\n[plugins.'io.containerd.cri.v1.runtime'.containerd]\nruntimes.runsc.runtime_type = 'io.containerd.runsc.v1'")]
    [InlineData("version = 4\n[plugins.'io.containerd.cri.v1.runtime'.containerd]\nruntimes = { runsc = { runtime_type = 'io.containerd.runsc.v1' } }")]
    [InlineData("[plugins.cri.containerd.runtimes.runsc]\nruntime_type = \"io.containerd.runsc.v1\"")]
    public void A_handler_is_found_under_the_name_of_the_files_own_version(string text)
    {
        var config = Read(text);

        config.Handlers.Should().Equal(new ContainerdHandler("runsc", "io.containerd.runsc.v1", null, null));
        config.Handlers[0].ShimName.Should().Be("containerd-shim-runsc-v1");
        config.Ignored.Should().BeEmpty();
    }

    [Theory]
    [InlineData("version = 3\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\nruntime_type = \"io.containerd.runsc.v1\"")]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\nruntime_type = \"io.containerd.runsc.v1\"")]
    public void A_handler_under_the_name_of_another_version_is_not_one_and_is_told(string text)
    {
        var config = Read(text);

        config.Handlers.Should().BeEmpty();
        config.Ignored.Should().Equal("runsc");
    }

    [Fact]
    public void A_misspelt_runtime_type_leaves_it_empty()
    {
        var handler = Read("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\nruntime_typ = \"io.containerd.runsc.v1\"").Handlers.Should().ContainSingle().Which;

        handler.RuntimeType.Should().BeEmpty();
        handler.ShimName.Should().BeNull();
    }

    [Fact]
    public void Paths_imports_and_the_missing_version_are_read()
    {
        var config = Read("imports = ['/etc/containerd/conf.d/*.toml']\n[plugins.cri.containerd.runtimes.kata]\nruntime_path = '/opt/kata/shim'\n[plugins.cri.containerd.runtimes.kata.options]\nConfigPath = '/c.toml'");

        config.HasVersion.Should().BeFalse();
        config.Dialect.Version.Should().Be(1);
        config.Imports.Should().Equal("/etc/containerd/conf.d/*.toml");
        config.Handlers.Should().Equal(new ContainerdHandler("kata", "", "/opt/kata/shim", "/c.toml"));
    }

    [Theory]
    [InlineData("version = 9", "unknown version 9 of containerd's configuration")]
    [InlineData("version = 'two'", "expected a number, found 'two'")]
    public void A_version_that_is_not_known_is_an_error(string text, string what)
    {
        var reading = () => Read(text);

        reading.Should().Throw<FailureException>().Which.Failure.What.Should().Be(what);
    }

    [Fact]
    public void What_is_no_TOML_is_an_error_with_its_line()
    {
        var reading = () => Read("version = 2\n{{ template \"base\" . }}\n");

        reading.Should().Throw<FailureException>().Which.Failure.Where.Should().Be("config.toml:2");
    }
}
