using System.Text.Json;
using SyscallProbe.Guest;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Guest;

public sealed class GuestMatrixTests
{
    static GuestKernel Guest(string target, Abi arch = Abi.Amd64) => KataModel.GuestOf(TargetParser.Parse(target), arch);

    [Fact]
    public void A_row_per_number_with_the_columns_of_the_contract()
    {
        var rows = GuestMatrix.Rows(Guest("kata@3.20.0,hypervisor=qemu"));

        var text = rows.ToString().Split('\n');
        text[0].Should().Be("arch,nr,name,level,errno,capability,note");
        text.Should().Contain("amd64,0,read,full,,,")
            .And.Contain("amd64,323,userfaultfd,error,ENOSYS,,needs CONFIG_USERFAULTFD")
            .And.Contain("amd64,467,open_tree_attr,undefined,ENOSYS,,since v6.15");
        rows.Rows.Select(row => row[2]).Should().Equal(Syscalls.All(Abi.Amd64).Select(syscall => syscall.Name));
        rows.Rows.Select(row => row[3]).Distinct().Should().BeEquivalentTo("full", "error", "undefined");
    }

    [Fact]
    public void Arm64_has_its_own_numbers() =>
        GuestMatrix.Rows(Guest("kata@3.20.0,hypervisor=qemu", Abi.Arm64)).ToString().Split('\n').Should().Contain("arm64,235,mbind,error,ENOSYS,,needs CONFIG_NUMA");

    [Fact]
    public void The_object_has_what_the_contract_lists()
    {
        var text = new StringWriter();
        JsonText.Write(text, json => GuestMatrix.Write(json, Guest("kata@3.20.0,hypervisor=qemu")));
        using var document = JsonDocument.Parse(text.ToString());
        var root = document.RootElement;

        root.GetProperty("release").GetString().Should().Be("3.20.0");
        root.GetProperty("hypervisor").GetString().Should().Be("qemu");
        root.GetProperty("arch").GetString().Should().Be("amd64");
        root.GetProperty("guestKernel").GetString().Should().Be("v6.12.42");
        root.GetProperty("defaultVcpus").GetInt32().Should().Be(1);
        root.GetProperty("defaultMemoryMiB").GetInt32().Should().Be(2048);
        root.GetProperty("overhead").GetProperty("cpu").GetString().Should().Be("250m");
        root.GetProperty("overhead").GetProperty("memory").GetString().Should().Be("160Mi");
        root.GetProperty("config").GetProperty("CONFIG_USERFAULTFD").GetString().Should().Be("n");
        root.GetProperty("config").GetProperty("CONFIG_BPF_SYSCALL").GetString().Should().Be("y");
        root.GetProperty("syscalls").GetArrayLength().Should().Be(Syscalls.All(Abi.Amd64).Length);
    }
}
