using System.Collections.Immutable;
using SyscallProbe.Traces;

namespace SyscallProbe.Core.Tests.AbiTables;

public sealed class KeyArgumentsTests
{
    static ImmutableArray<KeyArgument> Of(Abi abi, string syscall) => KeyArguments.Of(abi, Syscalls.NrOf(abi, syscall)!.Value);

    [Fact]
    public void The_deciding_arguments_are_listed_by_position()
    {
        Of(Abi.Amd64, "ioctl").Select(key => (key.Position, key.Name, key.Form)).Should().Equal((0, "fd", KeyForm.Fd), (1, "cmd", KeyForm.Enum),
            (2, "control", KeyForm.Enum), (2, "class", KeyForm.Enum));
        Of(Abi.Arm64, "socket").Select(key => (key.Position, key.Name, key.Alias)).Should().Equal((0, "family", "domain"), (1, "type", ""), (2, "protocol", ""));
        Of(Abi.Amd64, "openat").Select(key => (key.Position, key.Name, key.Mask)).Should().Equal((1, "filename", 0ul), (2, "flags", 0xfffffffful));
        Of(Abi.Amd64, "mount").Select(key => key.Form).Should().Equal(KeyForm.Path, KeyForm.Path, KeyForm.Text, KeyForm.Flags);
    }

    [Fact]
    public void The_exit_signal_is_masked_out_of_clone() => Of(Abi.Amd64, "clone").Single().Mask.Should().Be(0xffffff00);

    [Fact]
    public void Members_of_a_struct_have_an_offset()
    {
        Of(Abi.Amd64, "clone3").Single().Should().Match<KeyArgument>(key => key.Name == "flags" && key.Offset == 0 && key.Mask == ulong.MaxValue && !key.IsRegister);
        Of(Abi.Amd64, "openat2").Where(key => key.Offset is not null).Select(key => (key.Name, key.Offset)).Should().Equal(("flags", 0), ("resolve", 16));
        Of(Abi.Amd64, "timer_create").Single(key => key.Name == "sigev_notify").Offset.Should().Be(12);
    }

    [Fact]
    public void Prctls_second_argument_is_recorded_only_where_it_has_names()
    {
        var arg2 = Of(Abi.Amd64, "prctl").Single(key => key.Name == "arg2");

        arg2.When.Should().Contain([35ul, 47ul, 22ul]).And.NotContain(15ul, "the second argument of PR_SET_NAME is a pointer");
        arg2.IsRegister.Should().BeFalse();
        Of(Abi.Amd64, "setsockopt").Single(key => key.Name == "optname").IsRegister.Should().BeTrue();
        Constants.Known.Format(arg2, 13, Abi.Amd64, on: 35).Should().Be("PR_SET_MM_EXE_FILE");
        Constants.Known.Format(arg2, 13, Abi.Amd64, on: 24).Should().Be("CAP_NET_RAW");
    }

    [Fact]
    public void Most_syscalls_and_all_of_i386_have_none()
    {
        Of(Abi.Amd64, "getpid").Should().BeEmpty();
        KeyArguments.Of(Abi.Amd64, new Nr(-1)).Should().BeEmpty();
        KeyArguments.Of(Abi.Amd64, new Nr(100_000)).Should().BeEmpty();
        Of(Abi.I386, "ioctl").Should().BeEmpty();
        Of(Abi.X32, "ioctl").Should().HaveCount(4);
    }

    [Theory]
    [InlineData("family")]
    [InlineData("domain")]
    [InlineData("arg0")]
    public void An_argument_is_found_by_kernel_name_manual_name_and_position(string name) =>
        KeyArguments.Find(Of(Abi.Amd64, "socket"), name)!.Name.Should().Be("family");

    [Fact]
    public void An_argument_that_is_no_key_argument_is_not_found()
    {
        KeyArguments.Find(Of(Abi.Amd64, "ioctl"), "arg").Should().BeNull();
        KeyArguments.Find(Of(Abi.Amd64, "ioctl"), "arg2").Should().BeNull();
    }

    [Fact]
    public void A_name_that_is_no_key_argument_is_written_as_a_number()
    {
        var nr = Syscalls.NrOf(Abi.Amd64, "getpid")!.Value;

        KeyArguments.Format(Abi.Amd64, nr, [], new Argument("x", 5)).Should().Be("5");
        KeyArguments.TryParse(Abi.Amd64, nr, [], "x", "5", out var value).Should().BeTrue();
        value.Should().Be(5);
    }

    [Theory]
    [InlineData("openat", true)]
    [InlineData("stat", true)]
    [InlineData("mkdir", false)] // makes it
    [InlineData("umount2", false)] // asks for a privilege first
    public void A_path_that_must_exist_is_marked(string syscall, bool isLookedUp) =>
        Of(Abi.Amd64, syscall).Single(key => key.Form == KeyForm.Path).IsLookedUp.Should().Be(isLookedUp);

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var nr = Syscalls.NrOf(Abi.Amd64, "ioctl")!.Value;
        _ = KeyArguments.Of(Abi.Amd64, nr);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _ = KeyArguments.Of(Abi.Amd64, nr).Length;

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Every_row_belongs_to_a_syscall_and_its_sets_exist()
    {
        foreach (var (name, keys) in Syscalls.All(Abi.Amd64).Concat(Syscalls.All(Abi.Arm64)).Select(syscall => (syscall.Name, KeyArguments.Of(syscall.Name))).Distinct().Where(row => !row.Item2.IsEmpty))
        {
            keys.Should().BeInAscendingOrder(key => key.Position, name);
            keys.Select(key => key.Name).Should().OnlyHaveUniqueItems(name);
            keys.Should().OnlyContain(key => key.Mask != 0 == key.IsValue, name);
            keys.Should().OnlyContain(key => key.Constants.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(set => key.Form == KeyForm.Text
                ? Constants.Known.TextSets.ContainsKey(set)
                : Constants.Known.SetNames.Any(any => key.Depends == null ? any == set : any.StartsWith(set + ".", StringComparison.Ordinal))), name);
        }
    }
}
