using SyscallProbe.Guest;
using SyscallProbe.Kubernetes;
using SyscallProbe.Matrix;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Kubernetes;

/// <summary>What every row of <c>data/kubernetes/</c> and <c>data/kata/installs.csv</c> must hold to.</summary>
public sealed class KubernetesDataTests
{
    [Theory]
    [InlineData("kubernetes/containerd-configs", "version")]
    [InlineData("kubernetes/engine-notes", "engine", "runtime")]
    [InlineData("kubernetes/handler-options", "runtime", "engine", "order")]
    [InlineData("kubernetes/node-needs", "runtime", "since", "need")]
    [InlineData("kubernetes/overheads", "runtime")]
    [InlineData("kubernetes/presets", "runtime", "order")]
    [InlineData("kubernetes/runsc-config", "flag")]
    [InlineData("kubernetes/scheduling", "runtime", "preset", "kind", "key", "shims")]
    [InlineData("kubernetes/steps", "runtime", "preset", "part", "order", "engine", "since")]
    [InlineData("kubernetes/workload-kinds", "kind")]
    [InlineData("policy/accelerators", "form", "pattern")]
    [InlineData("policy/file-calls", "syscall")]
    [InlineData("policy/thresholds", "measure")]
    public void Rows_are_sorted_by_a_unique_key(string name, params string[] columns)
    {
        var keys = PackedImage.Embedded.Table(name).Cells(columns).Select(cell => string.Join('\x01', cell)).ToArray();

        keys.Should().OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("kubernetes/engine-notes")]
    [InlineData("kubernetes/node-needs")]
    [InlineData("kubernetes/scheduling")]
    [InlineData("kubernetes/steps")]
    public void Releases_are_known_ones(string name)
    {
        foreach (var cell in PackedImage.Embedded.Table(name).Cells("runtime", "since", "until"))
        {
            foreach (var release in cell.Skip(1).Where(release => release.Length > 0))
            {
                var parsing = () => TargetParser.Parse($"{cell[0]}@{release}");
                parsing.Should().NotThrow($"{name} names {release}");
            }
        }
    }

    [Fact]
    public void Every_row_has_its_source()
    {
        foreach (var name in PackedImage.Embedded.TableNames.Where(name => name.StartsWith("kubernetes/", StringComparison.Ordinal) || name == "kata/installs"))
        {
            // What doctor only found, and takes for good or cannot tell, rests on nothing but the machine.
            var cells = PackedImage.Embedded.Table(name).Cells(name == "kubernetes/doctor" ? ["source", "status"] : ["source"]);
            cells.Should().OnlyContain(cell => cell[0].Length > 0 || (cell.Length > 1 && cell[1] != "broken"), name);
        }
    }

    [Fact]
    public void Every_guest_of_every_release_has_names_that_Kubernetes_takes_and_a_shim()
    {
        foreach (var release in KataReleases.Known.All)
        {
            foreach (var shim in GuestKernels.Known.Hypervisors(release, Abi.Amd64))
            {
                var target = TargetParser.Parse($"kata@{release.Tag},hypervisor={shim}");
                foreach (var preset in RuntimePreset.All.Where(preset => preset.Runtime == "kata"))
                {
                    ObjectNames.IsLabel(RuntimePreset.Filled(preset.Handler, target)).Should().BeTrue();
                    ObjectNames.IsSubdomain(RuntimePreset.Filled(preset.Class, target)).Should().BeTrue();
                }
                KataInstall.Of(target).Configuration.Should().EndWith($"/configuration-{shim}.toml");
            }
        }
    }

    // What Kata's own manifests say at these tags: tools/packaging/kata-deploy.
    [Theory]
    [InlineData("kata@2.0.3,hypervisor=qemu", "")]
    [InlineData("kata@3.10.0,hypervisor=qemu", "katacontainers.io/kata-runtime=true")]
    [InlineData("kata@4.0.0,hypervisor=qemu-runtime-rs", "katacontainers.io/kata-runtime=true")]
    [InlineData("kata@4.1.0,hypervisor=qemu-runtime-rs", "kata-deploy.katacontainers.io/default=true katacontainers.io/kata-runtime=true")]
    [InlineData("kata@4.1.0,hypervisor=qemu-nvidia-gpu-snp", "kata-deploy.katacontainers.io/default=true katacontainers.io/kata-runtime=true nvidia.com/cc.ready.state=true")]
    public void The_labels_of_kata_deploy_are_those_of_the_release(string target, string labels)
    {
        var parsed = TargetParser.Parse(target);

        string.Join(' ', NodeMark.Of(RuntimePreset.Of("kata", null), parsed).Where(mark => mark is { Kind: NodeMarkKind.Label, Condition: null }).Select(mark => $"{mark.Key}={mark.Value}").Order(StringComparer.Ordinal)).Should().Be(labels);
    }

    [Theory]
    [InlineData("kata@4.1.0,hypervisor=qemu", "/opt/kata/bin/containerd-shim-kata-v2", "/opt/kata/share/defaults/kata-containers/configuration-qemu.toml")]
    [InlineData("kata@4.1.0,hypervisor=dragonball", "/opt/kata/runtime-rs/bin/containerd-shim-kata-v2", "/opt/kata/share/defaults/kata-containers/runtime-rs/configuration-dragonball.toml")]
    [InlineData("kata@3.0.0,hypervisor=dragonball", "/opt/kata/runtime-rs/bin/containerd-shim-kata-v2", "/opt/kata/share/defaults/kata-containers/configuration-dragonball.toml")]
    public void A_class_has_the_shim_that_it_was_written_for(string target, string shim, string configuration) =>
        KataInstall.Of(TargetParser.Parse(target)).Should().Be(new KataInstall(shim, configuration));
}
