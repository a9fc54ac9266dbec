using System.Text;
using SyscallProbe.Pods;
using SyscallProbe.Recommend;
using SyscallProbe.Report;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.Recommend;

public sealed class ProfilesTests
{
    static Observation Call(string name, ulong count, string? path = null, Phase phase = Phase.Serving) =>
        new(Abi.Amd64, Syscalls.NrOf(Abi.Amd64, name)!.Value, [], path, Result.Success, phase, count, ["/bin/a"]);

    static PodWorkload Pod(string containers) =>
        PodManifests.Read(Encoding.UTF8.GetBytes($"kind: Pod\nmetadata: {{name: a}}\nspec:\n  containers: {containers}\n"), "pod.yaml")[0];

    [Fact]
    public void Calls_of_files_are_counted_and_an_opened_device_is_an_accelerator() =>
        Profiles.Of(new Trace([], [], new Evidence(), [Call("openat", 5, "/dev/nvidia0"), Call("read", 7), Call("statx", 3), Call("openat", 90, null, Phase.Init)]))
            .Should().Be(new WorkloadProfile(15, 8, "nvidia", null, HasManifest: false));

    [Theory]
    [InlineData("[{name: a, resources: {limits: {memory: 1Gi}}}, {name: b, resources: {limits: {memory: 512Mi}}}]", 1536)]
    [InlineData("[{name: a, resources: {limits: {memory: 1Gi}}}, {name: b}]", null)]
    [InlineData("[{name: a, resources: {limits: {memory: much}}}]", null)]
    public void Memory_is_the_sum_of_limits_where_every_container_has_one(string containers, int? mebibytes) =>
        Profiles.Of(Pod(containers), []).MemoryLimitBytes.Should().Be((long?)mebibytes << 20);

    [Theory]
    [InlineData("nvidia.com/gpu", "nvidia")]
    [InlineData("nvidia.com/pgpu", "nvidia")]
    [InlineData("google.com/tpu", "tpu")]
    [InlineData("gpu.intel.com/i915", "other")]
    [InlineData("example.com/fpga", null)]
    public void A_pod_asks_for_an_accelerator_by_its_resource(string resource, string? accelerator)
    {
        var profile = Profiles.Of(Pod($"[{{name: a, resources: {{limits: {{{resource}: 1}}}}}}]"), [new WorkloadProfile(10, 2, null, null, false), new WorkloadProfile(5, 5, null, null, false)]);

        profile.Should().Be(new WorkloadProfile(15, 7, accelerator, null, HasManifest: true));
    }
}
