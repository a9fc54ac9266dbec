using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

/// <summary>Facts of nvproxy as they were read, by hand and by regular expressions, in the files of each tag.</summary>
public sealed class NvproxyTests
{
    const string On = "nvproxy=true";

    static Outcome Ask(string target, string query) =>
        TargetModels.Of(TargetParser.Parse($"gvisor@{target}"), Abi.Amd64).Predict(CallQuery.Parse(query, Abi.Amd64).Call).Single;

    static string Text(Outcome outcome) => $"{outcome.Kind} {outcome.Errno?.Name} {outcome.Rule} {outcome.Condition}".Replace("  ", " ", StringComparison.Ordinal).Trim();

    [Theory]
    [InlineData("release-20230522.0", "")]
    [InlineData("release-20230529.0", "525.60.13")]
    [InlineData("release-20231009.0", "525.60.13 525.105.17 525.125.06")]
    [InlineData("release-20240930.0", "535.161.07 535.161.08 535.183.01 550.54.14 550.54.15 550.90.07")]
    public void A_release_knows_its_drivers(string release, string drivers) =>
        string.Join(' ', Nvproxy.Known.DriversAt(GvisorReleases.Known.Parse(release)).Select(driver => driver.Version)).Should().Be(drivers);

    [Fact]
    public void The_newest_release_supports_most_of_the_drivers_that_it_knows()
    {
        var drivers = Nvproxy.Known.DriversAt(GvisorReleases.Known.Parse("release-20260817.0")).ToList();

        drivers.Count(driver => driver.IsSupported).Should().Be(24);
        drivers.Count(driver => !driver.IsSupported).Should().Be(15);
    }

    [Theory]
    [InlineData("release-20230529.0", "525.60.13", 16, 17, 71, 24)]
    [InlineData("release-20231009.0", "525.125.06", 16, 17, 73, 26)]
    [InlineData("release-20240930.0", "535.183.01", 17, 28, 106, 37)]
    [InlineData("release-20240930.0", "550.90.07", 18, 28, 112, 37)]
    [InlineData("release-20260817.0", "535.129.03", 22, 31, 184, 71)]
    [InlineData("release-20260817.0", "620.06.00", 23, 27, 216, 101)]
    public void A_driver_has_so_many_commands(string release, string driver, int frontend, int uvm, int control, int classes)
    {
        DriverVersion.TryParse(driver, out var version).Should().BeTrue();
        int Count(NvproxyKind kind) => Nvproxy.Known.CountAt(kind, version, GvisorReleases.Known.Parse(release));

        (Count(NvproxyKind.Frontend), Count(NvproxyKind.Uvm), Count(NvproxyKind.Control), Count(NvproxyKind.Class)).Should().Be((frontend, uvm, control, classes));
    }

    [Theory]
    [InlineData("20221219.0", "openat,path=/dev/nvidiactl", "Fails ENOENT GV3003")]
    [InlineData("20240930.0", "openat,path=/dev/nvidiactl", "Fails ENXIO GV3004")]
    [InlineData("20240930.0," + On, "openat,path=/dev/nvidiactl", "Works")]
    [InlineData("20240930.0," + On, "openat,path=/dev/nvidia-modeset", "Fails ENXIO GV3004")]
    [InlineData("20260520.0", "openat,path=/dev/nvidia0", "Fails ENXIO GV3004")]
    [InlineData("20260525.0", "openat,path=/dev/nvidia0", "Works")]
    [InlineData("20240930.0," + On + ",nvproxy-driver-version=550.54.15", "openat,path=/dev/nvidia0", "Works")]
    [InlineData("20240930.0," + On + ",nvproxy-driver-version=latest", "openat,path=/dev/nvidia0", "Works")]
    [InlineData("20240930.0," + On + ",nvproxy-driver-version=535.129.03", "openat,path=/dev/nvidia0", "Fails ENXIO GV1084 nvproxy-driver-version=550.90.07")]
    [InlineData("20240930.0," + On + ",nvproxy-driver-version=535.129.03", "openat,path=/dev/null", "Works")]
    [InlineData("20260817.0,nvproxy-driver-version=550.40.07", "openat,path=/dev/nvidia0", "Fails ENXIO GV1084 nvproxy-driver-version=620.06.00")]
    [InlineData("20260817.0,nvproxy-driver-version=550.40.07,nvproxy-allow-unsupported-driver=true", "openat,path=/dev/nvidia0", "Works")]
    public void A_device_is_there_with_nvproxy_and_a_driver_that_is_known(string target, string query, string outcome) => Text(Ask(target, query)).Should().Be(outcome);

    [Theory]
    [InlineData("20240930.0", "cmd=NV_ESC_RM_CONTROL,control=0x201", "Fails ENOTTY GV1080 nvproxy=true")]
    [InlineData("20240930.0", "cmd=UVM_INITIALIZE", "Fails ENOTTY GV1080 nvproxy=true")]
    [InlineData("20240930.0," + On, "cmd=UVM_INITIALIZE", "Works")]
    [InlineData("20260112.0," + On, "cmd=UVM_SET_ACCESSED_BY", "Works")]
    [InlineData("20251215.0," + On, "cmd=UVM_SET_ACCESSED_BY", "Fails EINVAL GV1081")]
    [InlineData("20240930.0," + On, "cmd=NV_ESC_RM_CONTROL", "Conditional GV1085 control=one that nvproxy passes on")]
    [InlineData("20240930.0," + On, "cmd=NV_ESC_RM_CONTROL,path=/dev/nvidiactl", "Conditional GV1085 control=one that nvproxy passes on")]
    [InlineData("20240930.0," + On, "cmd=NV_ESC_RM_CONTROL,control=NV2080_CTRL_CMD_GPU_GET_GID_INFO", "Works")]
    [InlineData("20240930.0," + On, "cmd=NV_ESC_RM_CONTROL,control=NV0000_CTRL_CMD_GPU_ASYNC_ATTACH_ID", "Conditional GV1084 nvproxy-driver-version=550.54.14..")]
    [InlineData("20240930.0," + On + ",nvproxy-driver-version=550.54.15", "cmd=NV_ESC_RM_CONTROL,control=NV0000_CTRL_CMD_GPU_ASYNC_ATTACH_ID", "Works")]
    [InlineData("20240930.0," + On + ",nvproxy-driver-version=535.183.01", "cmd=NV_ESC_RM_CONTROL,control=NV0000_CTRL_CMD_GPU_ASYNC_ATTACH_ID", "Fails EINVAL GV1082 nvproxy-driver-version=550.54.14..")]
    [InlineData("20250414.0," + On, "cmd=NV_ESC_RM_CONTROL,control=0x12345", "Fails EINVAL GV1082")]
    [InlineData("20250421.0," + On, "cmd=NV_ESC_RM_CONTROL,control=0x12345", "Differs GV1082")]
    [InlineData("20250414.0," + On, "cmd=NV_ESC_RM_CONTROL,control=0x2080a001", "Works")]
    [InlineData("20231030.0," + On, "cmd=NV_ESC_RM_ALLOC,class=0x9999", "Fails EINVAL GV1083")]
    [InlineData("20231106.0," + On, "cmd=NV_ESC_RM_ALLOC,class=0x9999", "Differs GV1083")]
    [InlineData("20231106.0," + On, "cmd=NV_ESC_RM_ALLOC_NVOS21,class=NV01_DEVICE_0", "Works")]
    [InlineData("20250106.0," + On, "cmd=NV_ESC_RM_ALLOC,class=0x5", "Unknown GV0004")]
    [InlineData("20241217.0," + On, "cmd=NV_ESC_RM_ALLOC_MEMORY,class=NV01_MEMORY_SYSTEM", "Fails EINVAL GV1081")]
    [InlineData("20250106.0," + On, "cmd=NV_ESC_RM_ALLOC_MEMORY,class=NV01_MEMORY_SYSTEM", "Works")]
    [InlineData("20260817.0", "cmd=NV_ESC_RM_IDLE_CHANNELS", "Fails EINVAL GV1081 nvproxy-allowed-driver-capabilities=graphics")]
    [InlineData("20260817.0,nvproxy-allowed-driver-capabilities=all", "cmd=NV_ESC_RM_IDLE_CHANNELS", "Works")]
    [InlineData("20260817.0,nvproxy-allowed-driver-capabilities=all", "cmd=0xc00046d9", "Fails EINVAL GV1081 nvproxy-allowed-driver-capabilities=rdma")]
    [InlineData("20260817.0", "cmd=0xc01046d7", "Fails EINVAL GV1081")]
    public void An_ioctl_is_passed_on_or_refused(string target, string arguments, string outcome) =>
        Text(Ask(target, $"ioctl,fd=device,{arguments}")).Should().Be(outcome);

    [Fact]
    public void On_another_file_the_command_is_what_it_is_there()
    {
        Text(Ask("20240930.0," + On, "ioctl,cmd=NV_ESC_RM_FREE,fd=file")).Should().Be("Fails ENOTTY GV1033");
        Text(Ask("20240930.0," + On, "ioctl,cmd=NV_ESC_RM_FREE")).Should().StartWith("Conditional").And.EndWith("fd=device");
    }

    [Fact]
    public void A_driver_that_is_no_version_is_a_usage_error() =>
        FluentActions.Invoking(() => Ask("20240930.0," + On + ",nvproxy-driver-version=new", "openat,path=/dev/nvidia0"))
            .Should().Throw<FailureException>().Which.Failure.Code.Should().Be(FailureCode.Usage);
}
