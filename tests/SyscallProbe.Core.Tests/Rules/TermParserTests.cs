using CsCheck;
using SyscallProbe.Rules;

namespace SyscallProbe.Core.Tests.Rules;

public sealed class TermParserTests
{
    static Term Only(string syscall, string text, Abi abi = Abi.Amd64) =>
        TermParser.Parse(text, KeyArguments.Of(syscall), Constants.Known, abi, out var wrong)?.Single() ?? throw new InvalidOperationException(wrong);

    [Theory]
    [InlineData("ioctl", "cmd=TCGETS", 0x5401, true)]
    [InlineData("ioctl", "cmd=TCGETS", 0x5402, false)]
    [InlineData("ioctl", "!cmd=TCGETS", 0x5402, true)]
    [InlineData("socket", "type&0xf=SOCK_RAW", 0x80003, true)]
    [InlineData("socket", "type&0xf=SOCK_RAW", 0x80002, false)]
    [InlineData("unshare", "unshare_flags&CLONE_NEWUSER|CLONE_NEWNS", 0x00020000, true)]
    [InlineData("unshare", "unshare_flags&CLONE_NEWUSER|CLONE_NEWNS", 0x40000000, false)]
    [InlineData("unshare", "unshare_flags&~CLONE_NEWUSER|CLONE_NEWNS", 0x40020000, true)]
    [InlineData("unshare", "unshare_flags&~CLONE_NEWUSER|CLONE_NEWNS", 0x10020000, false)]
    [InlineData("ioctl", "cmd=10..12", 10, true)]
    [InlineData("ioctl", "cmd=10..12", 12, true)]
    [InlineData("ioctl", "cmd=10..12", 13, false)]
    public void A_term_holds_for_what_it_says(string syscall, string text, ulong value, bool holds) =>
        Only(syscall, text).Holds(value).Should().Be(holds);

    [Fact]
    public void A_names_value_is_that_of_the_abi()
    {
        Only("openat", "flags&O_DIRECTORY").Holds(0x10000).Should().BeTrue("O_DIRECTORY is 0x10000 on amd64");
        Only("openat", "flags&O_DIRECTORY", Abi.Arm64).Holds(0x10000).Should().BeFalse("O_DIRECTORY is 0x4000 on arm64");
        Only("openat", "flags&O_DIRECTORY", Abi.Arm64).Holds(0x4000).Should().BeTrue();
    }

    [Fact]
    public void Names_of_an_option_are_those_of_the_level_in_front()
    {
        var terms = TermParser.Parse("level=SOL_TCP optname=TCP_NODELAY", KeyArguments.Of("setsockopt"), Constants.Known, Abi.Amd64, out _);

        terms.Should().Equal(new Term(ulong.MaxValue, 6, 6, 0, 0), new Term(ulong.MaxValue, 1, 1, 1, 0));
    }

    [Theory]
    [InlineData("cmd=NO_SUCH_NAME", "'cmd=NO_SUCH_NAME' has a value that is neither a number nor a constant of cmd")]
    [InlineData("size=1", "'size=1' is no condition on cmd, control, class")]
    [InlineData("cmd", "'cmd' is no condition on cmd, control, class")]
    [InlineData("cmd=3..1", "'cmd=3..1' has a value that is neither a number nor a constant of cmd")]
    public void What_is_not_understood_is_named(string text, string expected)
    {
        TermParser.Parse(text, KeyArguments.Of("ioctl"), Constants.Known, Abi.Amd64, out var wrong).Should().BeNull();
        wrong.Should().Be(expected);
    }

    [Fact]
    public void Every_form_agrees_with_its_meaning() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong[0, ushort.MaxValue]).Sample((value, mask, operand) =>
            Only("ioctl", $"cmd={operand}").Holds(value) == (value == operand)
            && Only("ioctl", $"cmd&{mask}").Holds(value) == ((value & mask) != 0)
            && Only("ioctl", $"cmd&~{mask}").Holds(value) == ((value & ~mask) != 0)
            && Only("ioctl", $"cmd&{mask}={operand}").Holds(value) == ((value & mask) == operand)
            && Only("ioctl", $"!cmd&{mask}={operand}").Holds(value) == ((value & mask) != operand));

    [Fact]
    public void No_syscall_has_more_values_than_a_call_holds() =>
        Syscalls.All(Abi.Amd64).Concat(Syscalls.All(Abi.Arm64)).Max(syscall => KeyArguments.Of(syscall.Name).Count(key => key.IsValue))
            .Should().BeLessThanOrEqualTo(Call.Slots);
}
