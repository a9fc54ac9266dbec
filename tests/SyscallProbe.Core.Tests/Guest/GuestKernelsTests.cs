using SyscallProbe.Guest;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Guest;

public sealed class GuestKernelsTests
{
    [Theory]
    [InlineData("2.0.0", "qemu", "kernel", "v5.4.71", 2048, null)]
    [InlineData("2.0.0", "clh", "kernel-experimental", "kata-v5.6-april-09-2020", 2048, null)]
    [InlineData("2.2.3", "clh", "kernel", "v5.10.25", 2048, "130Mi")]
    [InlineData("3.2.0", "qemu-tdx", "kernel-tdx-experimental", "6.2-TDX-v1.8", 2048, "2048Mi")]
    [InlineData("3.10.0", "qemu", "kernel", "v6.1.62", 2048, "160Mi")]
    [InlineData("3.10.0", "qemu-nvidia-gpu", "kernel-nvidia-gpu", "v6.1.62", 65536, "160Mi")]
    [InlineData("3.20.0", "qemu", "kernel", "v6.12.42", 2048, "160Mi")]
    [InlineData("3.20.0", "qemu-snp", "kernel-confidential", "v6.16.1", 2048, "2048Mi")]
    [InlineData("3.20.0", "dragonball", "kernel-dragonball-experimental", "v6.12.42", 2048, "130Mi")]
    [InlineData("4.1.0", null, "kernel", "v6.18.35", 2048, "320Mi")]
    [InlineData("4.1.0", "qemu-snp", "kernel", "v6.18.35", 2048, "2048Mi")]
    [InlineData("4.1.0", "qemu-nvidia-gpu", "kernel-nvidia-gpu", "v6.18.35", 8192, "10240Mi")]
    public void The_guest_is_that_of_the_release_and_the_hypervisor(string release, string? hypervisor, string variant, string kernel, int memoryMiB, string? overhead)
    {
        var guest = GuestKernels.Known.Find(KataReleases.Known.Parse(release), hypervisor, Abi.Amd64);

        guest.Should().BeEquivalentTo(new { Variant = variant, Kernel = kernel, Defaults = new { MemoryMiB = (int?)memoryMiB } });
        guest.Overhead?.Memory.Should().Be(overhead);
        (guest.Overhead is null).Should().Be(overhead is null);
        guest.Config.Should().NotBeEmpty();
    }

    [Fact]
    public void The_default_hypervisor_changed_with_4_0()
    {
        TargetParser.Parse("kata").ToString().Should().Be($"kata@{KataReleases.Known.Newest},hypervisor=qemu-runtime-rs");
        TargetParser.Parse("kata@3.32.0").ToString().Should().Be("kata@3.32.0,hypervisor=qemu");
    }

    [Theory]
    [InlineData("kata@3.33.0", "unknown release '3.33.0'", "nearest known: 3.32.0, 4.0.0; list all with `syscallprobe matrix list`")]
    [InlineData("kata@1.12.1", "unknown release '1.12.1'", "nearest known: ")]
    [InlineData("kata@3.10.0,hypervisor=qmu", "Kata 3.10.0 has no hypervisor 'qmu'", "nearest: qemu")]
    [InlineData("kata@3.20.0,hypervisor=acrn", "Kata 3.20.0 has no hypervisor 'acrn'", "it has clh, cloud-hypervisor, dragonball, fc, qemu, ")]
    public void An_unknown_release_or_hypervisor_is_answered_with_what_there_is(string target, string what, string fix)
    {
        var failure = FluentActions.Invoking(() => TargetParser.Parse(target)).Should().Throw<FailureException>().Which.Failure;

        failure.Should().BeEquivalentTo(new { Code = FailureCode.UnknownTarget, What = what, Where = $"--target {target}" });
        failure.Fix.Should().Contain(fix);
    }

    [Fact]
    public void Another_flag_than_the_hypervisor_is_refused() =>
        FluentActions.Invoking(() => TargetParser.Parse("kata@4.1.0,net-raw=true")).Should().Throw<FailureException>()
            .Which.Failure.Should().BeEquivalentTo(new { Code = FailureCode.Usage, What = "the target kata has no flag 'net-raw'" });

    [Fact]
    public void A_hypervisor_that_another_architecture_has_is_refused_on_this_one() =>
        FluentActions.Invoking(() => KataModel.GuestOf(TargetParser.Parse("kata@4.1.0,hypervisor=qemu-tdx"), Abi.Arm64)).Should().Throw<FailureException>()
            .Which.Failure.What.Should().Be("Kata 4.1.0 on arm64 has no hypervisor 'qemu-tdx'");
}
