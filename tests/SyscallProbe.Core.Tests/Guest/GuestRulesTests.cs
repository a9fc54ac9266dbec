using SyscallProbe.Guest;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Guest;

/// <summary>Literal facts, read at the release's tag: the kernel in versions.yaml, the options in tools/packaging/kernel/configs/fragments.</summary>
public sealed class GuestRulesTests
{
    static GuestKernel Guest(string target, Abi arch = Abi.Amd64) => KataModel.GuestOf(TargetParser.Parse(target), arch);

    static Outcome OutcomeOf(string target, string? syscall, Abi arch = Abi.Amd64) => GuestRules.Known.OutcomeOf(Guest(target, arch), arch, syscall);

    [Theory]
    [InlineData("kata@2.0.0,hypervisor=qemu", "openat2", "since v5.6; the guest has v5.4")]
    [InlineData("kata@2.0.0,hypervisor=fc", "close_range", "since v5.9; the guest has v5.4")]
    [InlineData("kata@2.2.0,hypervisor=qemu", "epoll_pwait2", "since v5.11; the guest has v5.10")]
    [InlineData("kata@2.4.0,hypervisor=clh", "futex_waitv", "since v5.16; the guest has v5.15")]
    [InlineData("kata@3.0.0,hypervisor=qemu", "cachestat", "since v6.5; the guest has v5.19")]
    [InlineData("kata@3.1.0,hypervisor=dragonball", "cachestat", "since v6.5; the guest has v5.19")]
    [InlineData("kata@3.2.0,hypervisor=dragonball", "landlock_create_ruleset", "since v5.13; the guest has v5.10")]
    [InlineData("kata@3.10.0,hypervisor=qemu", "mseal", "since v6.10; the guest has v6.1")]
    [InlineData("kata@3.10.0,hypervisor=qemu-tdx", "statmount", "since v6.8; the guest has v6.7")]
    [InlineData("kata@3.13.0,hypervisor=qemu", "setxattrat", "since v6.13; the guest has v6.12")]
    [InlineData("kata@3.20.0,hypervisor=qemu", "open_tree_attr", "since v6.15; the guest has v6.12")]
    [InlineData("kata@3.20.0,hypervisor=qemu-snp", "file_getattr", "since v6.17; the guest has v6.16")]
    [InlineData("kata@3.13.0,hypervisor=qemu", "lookup_dcookie", "removed in v5.12; the guest has v6.12")]
    [InlineData("kata@4.1.0", "vserver", "no kernel has it on this architecture")]
    [InlineData("kata@4.1.0", null, "no kernel up to v6.18 has it; the guest has v6.18")]
    public void A_call_that_the_guests_kernel_does_not_have_fails_with_ENOSYS(string target, string? syscall, string effect)
    {
        var outcome = OutcomeOf(target, syscall);

        outcome.Should().BeEquivalentTo(new { Kind = OutcomeKind.Fails, Errno = (Errno?)Errno.ENOSYS, Rule = "KT0001", Effect = effect });
        outcome.Source.Should().NotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("kata@2.0.0,hypervisor=qemu", "userfaultfd", "needs CONFIG_USERFAULTFD")]
    [InlineData("kata@2.0.0,hypervisor=qemu", "kcmp", "needs CONFIG_CHECKPOINT_RESTORE")]
    [InlineData("kata@2.2.0,hypervisor=qemu", "quotactl", "needs CONFIG_QUOTACTL")]
    [InlineData("kata@2.4.0,hypervisor=qemu", "mbind", "needs CONFIG_NUMA")]
    [InlineData("kata@2.4.0,hypervisor=qemu", "landlock_create_ruleset", "needs CONFIG_SECURITY_LANDLOCK")]
    [InlineData("kata@3.0.0,hypervisor=qemu", "memfd_secret", "needs secretmem.enable")]
    [InlineData("kata@3.2.0,hypervisor=qemu", "keyctl", "needs CONFIG_KEYS")]
    [InlineData("kata@3.20.0,hypervisor=clh", "kexec_load", "needs CONFIG_KEXEC")]
    [InlineData("kata@3.28.0,hypervisor=qemu", "landlock_create_ruleset", "needs CONFIG_SECURITY_LANDLOCK")]
    [InlineData("kata@4.1.0,hypervisor=qemu", "init_module", "needs CONFIG_MODULES")]
    [InlineData("kata@4.1.0,hypervisor=qemu", "pkey_alloc", "needs CONFIG_ARCH_HAS_PKEYS")]
    public void A_call_that_is_configured_out_fails_with_ENOSYS(string target, string syscall, string effect) =>
        OutcomeOf(target, syscall).Should().BeEquivalentTo(new { Kind = OutcomeKind.Fails, Errno = (Errno?)Errno.ENOSYS, Rule = "KT0002", Effect = effect });

    [Theory]
    [InlineData("kata@2.0.0,hypervisor=qemu", "io_uring_setup")]
    [InlineData("kata@2.0.0,hypervisor=qemu", "clone3")]
    [InlineData("kata@2.2.0,hypervisor=qemu", "openat2")]
    [InlineData("kata@2.4.0,hypervisor=qemu", "bpf")]
    [InlineData("kata@3.0.0,hypervisor=qemu", "set_mempolicy_home_node")]
    [InlineData("kata@3.2.0,hypervisor=qemu", "fanotify_init")]
    [InlineData("kata@3.10.0,hypervisor=qemu-tdx", "futex_wait")]
    [InlineData("kata@3.13.0,hypervisor=qemu", "keyctl")]
    [InlineData("kata@3.13.0,hypervisor=qemu", "mseal")]
    [InlineData("kata@3.20.0,hypervisor=qemu-snp", "open_tree_attr")]
    [InlineData("kata@3.28.0,hypervisor=qemu", "file_getattr")]
    [InlineData("kata@3.28.0,hypervisor=qemu", "memfd_secret")]
    [InlineData("kata@4.1.0,hypervisor=qemu", "landlock_create_ruleset")]
    [InlineData("kata@4.1.0,hypervisor=qemu-nvidia-gpu", "init_module")]
    [InlineData("kata@4.1.0,hypervisor=qemu", "read")]
    public void A_call_that_the_guests_kernel_has_works(string target, string syscall)
    {
        var outcome = OutcomeOf(target, syscall);

        outcome.Should().BeEquivalentTo(new { Kind = OutcomeKind.Works, Errno = (Errno?)null, Rule = (string?)null, Effect = (string?)null });
        outcome.Source.Should().StartWith("tools/packaging/kernel/configs/fragments@");
    }

    [Fact]
    public void Another_architecture_has_another_configuration()
    {
        OutcomeOf("kata@3.20.0,hypervisor=qemu", "mbind", Abi.Amd64).Kind.Should().Be(OutcomeKind.Works);
        OutcomeOf("kata@3.20.0,hypervisor=qemu", "mbind", Abi.Arm64).Effect.Should().Be("needs CONFIG_NUMA");
    }

    [Fact]
    public void A_configuration_made_in_a_neighbouring_series_says_so()
    {
        OutcomeOf("kata@3.10.0,hypervisor=qemu-tdx", "read").Source.Should().EndWith("(configured in Linux v6.12, the nearest at hand)");
        OutcomeOf("kata@3.10.0,hypervisor=qemu", "read").Source.Should().EndWith(":kernel");
    }

    [Fact]
    public void What_is_not_known_is_unknown_and_not_working()
    {
        var guest = Guest("kata@4.1.0");
        var rules = GuestRules.Known;

        rules.OutcomeOf(guest with { Version = null }, Abi.Amd64, "read").Should().BeEquivalentTo(new { Kind = OutcomeKind.Unknown, Rule = "KT0003" });
        rules.OutcomeOf(guest with { Version = new KernelVersion(6, 19) }, Abi.Amd64, "read").Kind.Should().Be(OutcomeKind.Unknown);
        rules.OutcomeOf(guest with { Config = guest.Config.Clear() }, Abi.Amd64, "socket").Effect.Should().Be("hangs on CONFIG_NET, which is not known of the guest");
        rules.OutcomeOf(guest, Abi.Amd64, "no_such_call").Kind.Should().Be(OutcomeKind.Unknown);
        rules.OutcomeOf(guest, Abi.Arm64, "read").Kind.Should().Be(OutcomeKind.Unknown);
    }

    [Fact]
    public void Calls_of_foreign_ABIs_need_the_kernel_to_have_the_ABI()
    {
        var guest = Guest("kata@4.1.0");

        GuestRules.Known.OutcomeOf(guest, Abi.X32, "read").Should().BeEquivalentTo(new { Kind = OutcomeKind.Fails, Effect = "needs CONFIG_X86_X32_ABI", Rule = "KT0002" });
        GuestRules.Known.OutcomeOf(guest with { Config = guest.Config.SetItem("CONFIG_IA32_EMULATION", "n") }, Abi.I386, "read").Kind.Should().Be(OutcomeKind.Differs);
        GuestRules.Known.OutcomeOf(guest with { Config = guest.Config.SetItem("CONFIG_IA32_EMULATION", "y") }, Abi.I386, "read").Kind.Should().Be(OutcomeKind.Works);
        GuestRules.Known.OutcomeOf(guest with { Config = guest.Config.SetItem("CONFIG_IA32_EMULATION", "y") }, Abi.I386, "stime").Kind.Should().Be(OutcomeKind.Unknown);
    }
}
