using System.Collections.Immutable;
using System.Text.Json;
using SyscallProbe.Recording.Bundle;
using SyscallProbe.Recording.Engines;
using SyscallProbe.Tests;

namespace SyscallProbe.Recording.Tests.Bundle;

public sealed class SpecBuilderTests
{
    static readonly WorkloadPlan s_plan = new() { Source = new WorkloadSource.HostRoot(), Argv = ["redis-server", "--port", "0"] };

    static readonly SpecInput s_input = new(
        "/run/x/root", "/syscallprobe/x", "host", "/srv", new OciUser(0, 0), ["HOME=/root", "PATH=/bin"], ["/tmp", "/run"], [],
        new HostFacts(Capabilities.All, ["proc", "mqueue"], true, 20000, DockerDefaults.Sysctls, [new OciDevice("/dev/kvm", "c", 10, 232, 0x1b0, 0, 0)]));

    [Fact]
    public void Plain_command_gets_Dockers_defaults() => Golden.Matches("tests/SyscallProbe.Recording.Tests/Bundle/config-default.json", Text(s_plan, s_input));

    [Fact]
    public void Options_change_what_they_name() => Golden.Matches("tests/SyscallProbe.Recording.Tests/Bundle/config-options.json", Text(
        s_plan with
        {
            Network = WorkloadNetwork.Host,
            AddedCapabilities = ["SYS_PTRACE"],
            DroppedCapabilities = ["ALL"],
            Mounts = [new BindMount("/srv/a", "/data", true), new BindMount("/srv/b", "/state", false)],
        },
        s_input with
        {
            User = new OciUser(999, 998, [4, 33]),
            FreshFolders = [],
            KeptMounts = [new OciMount("/etc/hosts", "bind", "/run/x/hosts", ["rbind", "rprivate", "ro"])],
            Host = s_input.Host with { HasCgroupNamespace = false, FileSystems = ["proc"] },
        }));

    [Fact]
    public void Privileged_hides_and_forbids_nothing()
    {
        var spec = SpecBuilder.Build(s_plan with { IsPrivileged = true }, s_input);

        spec.Linux!.MaskedPaths.Should().BeNull();
        spec.Linux.ReadonlyPaths.Should().BeNull();
        spec.Linux.Devices.Should().ContainSingle().Which.Path.Should().Be("/dev/kvm");
        spec.Linux.Resources!.Devices.Should().Equal(new OciDeviceRule(true, "rwm"));
        spec.Process!.Capabilities!.Effective.Should().HaveCount(41);
        spec.Mounts.Should().NotContain(mount => mount.Options.Contains("ro"));
    }

    [Fact]
    public void Devices_of_the_host_stay_out_otherwise() => SpecBuilder.Build(s_plan, s_input).Linux!.Devices.Should().BeNull();

    [Theory]
    [InlineData(WorkloadNetwork.None, "sysfs")]
    [InlineData(WorkloadNetwork.Host, "none")]
    public void Root_of_a_user_namespace_asks_for_nothing_that_is_not_his(WorkloadNetwork network, string sys)
    {
        var spec = SpecBuilder.Build(s_plan with { Network = network }, s_input with { Host = s_input.Host with { IsInUserNamespace = true } });

        spec.Linux!.CgroupsPath.Should().BeNull();
        spec.Linux.Resources.Should().BeNull();
        spec.Linux.Sysctl.Should().BeNull();
        spec.Mounts.Should().NotContain(mount => mount.Type == "cgroup" || mount.Options.Contains("gid=5"));
        spec.Mounts!.Single(mount => mount.Destination == "/sys").Type.Should().Be(sys);
    }

    static string Text(WorkloadPlan plan, SpecInput input) => JsonSerializer.Serialize(SpecBuilder.Build(plan, input), OciJson.Default.OciSpec) + "\n";
}
