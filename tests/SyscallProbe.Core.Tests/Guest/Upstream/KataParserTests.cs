using System.Text;
using CsCheck;
using SyscallProbe.Guest.Upstream;

namespace SyscallProbe.Core.Tests.Guest.Upstream;

public sealed class KataParserTests
{
    [Fact]
    public void Versions_are_found_by_their_path()
    {
        const string yaml = """
            ---
            description: |
              assets:
                kernel:
                  version: "v0"
            assets:
              # kernel: none
              kernel:
                description: "a: b"
                uscan-url: >-
                  https://example.org/(5\.4\..+)
                version: "v6.12.8"   # why
                confidential:
                  version: v6.16.1 # plain
              list:
                - version: "v9"
              other:
                tag: 'quoted'
            """;

        var versions = VersionsYaml.Parse(Encoding.UTF8.GetBytes(yaml));

        versions.Should().Contain("assets.kernel.version", "v6.12.8").And.Contain("assets.kernel.confidential.version", "v6.16.1")
            .And.Contain("assets.kernel.description", "a: b");
        versions.Keys.Should().NotContain("assets.kernel.uscan-url").And.NotContain("assets.list.version").And.NotContain("description.assets");
    }

    [Fact]
    public void No_bytes_break_the_parsers() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        _ = VersionsYaml.Parse(bytes);
        _ = KernelConfig.Parse(bytes);
        _ = BuildScript.FunctionIn(bytes);
    });

    [Fact]
    public void An_option_is_y_m_or_n_and_n_when_it_is_not_there()
    {
        var config = KernelConfig.Parse("CONFIG_NET=y\nCONFIG_TUN=m\n# CONFIG_NUMA is not set\nCONFIG_LSM=\"y\"\nCONFIG_HZ=100\n"u8);

        new[] { "CONFIG_NET", "CONFIG_TUN", "CONFIG_NUMA", "CONFIG_LSM", "CONFIG_HZ", "CONFIG_NEW" }.Select(option => KernelConfig.ValueOf(config, option))
            .Should().Equal("y", "m", "n", "n", "n", "n");
    }

    [Fact]
    public void The_function_is_cut_from_the_script_with_its_braces() =>
        BuildScript.FunctionIn("a() {\n}\nget_kernel_frag_path() {\n\tif x; then\n\t{ y; }\n\tfi\n}\nmain\n"u8).Should().Be("get_kernel_frag_path() {\n\tif x; then\n\t{ y; }\n\tfi\n}\n");

    [Fact]
    public void A_script_without_the_function_or_its_end_has_none()
    {
        BuildScript.FunctionIn("main() {\n}\n"u8).Should().BeNull();
        BuildScript.FunctionIn("get_kernel_frag_path() {\n"u8).Should().BeNull();
    }

    [Theory]
    [InlineData("", "build_type", "")]
    [InlineData("-x -m", "conf_guest", "confidential")]
    [InlineData("-x -m", "measured_rootfs", "true")]
    [InlineData("-x tdx -g nvidia", "conf_guest", "tdx")]
    [InlineData("-x tdx -g nvidia", "gpu_vendor", "nvidia")]
    [InlineData("-e -t dragonball", "build_type", "dragonball-experimental")]
    [InlineData("-e", "experimental_kernel", "true")]
    public void Options_of_the_build_script_become_its_variables(string flags, string variable, string value) =>
        BuildScript.Variables(flags)[variable].Should().Be(value);

    [Fact]
    public void An_option_that_is_not_known_is_refused() =>
        FluentActions.Invoking(() => BuildScript.Variables("-z")).Should().Throw<FailureException>().Which.Failure.What.Should().Be("the option '-z' of build-kernel.sh is not known");
}
