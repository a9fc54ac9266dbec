using System.Text.Json;

namespace SyscallProbe.Cli.Tests.Verbs;

public sealed class MatrixKataTests
{
    [Fact]
    public void Show_prints_the_columns_of_the_contract()
    {
        var (exit, output, _) = TestHost.Run(["matrix", "show", "--target", "kata@3.20.0,hypervisor=qemu", "-f", "csv"]);

        exit.Should().Be(0);
        output.Should().StartWith("arch,nr,name,level,errno,capability,note\namd64,0,read,full,,,\n")
            .And.Contain("\namd64,323,userfaultfd,error,ENOSYS,,needs CONFIG_USERFAULTFD\n")
            .And.Contain("\namd64,467,open_tree_attr,undefined,ENOSYS,,since v6.15\n");
    }

    [Fact]
    public void Show_as_JSON_adds_the_guest()
    {
        var (exit, output, _) = TestHost.Run(["matrix", "show", "--target", "kata@3.20.0,hypervisor=clh", "--arch", "arm64", "-f", "json"]);

        exit.Should().Be(0);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("guestKernel").GetString().Should().Be("v6.12.42");
        json.RootElement.GetProperty("arch").GetString().Should().Be("arm64");
        json.RootElement.GetProperty("overhead").GetProperty("memory").GetString().Should().Be("130Mi");
        json.RootElement.GetProperty("config").GetProperty("CONFIG_NUMA").GetString().Should().Be("n");
    }

    [Fact]
    public void List_has_every_release_with_its_guests_kernel()
    {
        var (_, output, _) = TestHost.Run(["matrix", "list", "-f", "json"]);

        using var json = JsonDocument.Parse(output);
        var kata = json.RootElement.GetProperty("releases").EnumerateArray().Where(release => release.GetProperty("runtime").GetString() == "kata")
            .ToDictionary(release => release.GetProperty("release").GetString()!, release => release.GetProperty("guestKernel").GetProperty("amd64").GetString());
        kata.Should().HaveCountGreaterThanOrEqualTo(102).And.Contain("2.0.0", "v5.4.71").And.Contain("3.10.0", "v6.1.62").And.Contain("4.1.0", "v6.18.35");
    }

    [Fact]
    public void Lookup_answers_for_the_guest()
    {
        var (exit, output, _) = TestHost.Run(["matrix", "lookup", "--target", "kata@3.20.0,hypervisor=qemu", "-f", "json", "userfaultfd", "socket,family=AF_KEY", "clone3"]);

        exit.Should().Be(0);
        output.Split('\n').Take(3).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("outcome").GetString(), line.GetProperty("errno").GetString(), line.GetProperty("rule").GetString()))
            .Should().Equal(("fails", "ENOSYS", "KT0002"), ("fails", "EAFNOSUPPORT", "KT0004"), ("works", null, null));
    }

    [Theory]
    [InlineData("kata@9.0.0")]
    [InlineData("kata@3.20.0,hypervisor=hyperv")]
    public void What_is_not_known_exits_with_5(string target) => TestHost.Run(["matrix", "show", "--target", target]).Exit.Should().Be(5);
}
