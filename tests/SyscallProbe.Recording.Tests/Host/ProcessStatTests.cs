using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Tests.Host;

public sealed class ProcessStatTests
{
    const string Rest = " 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 1000 200 18446744073709551615 1 1 0";

    [Theory]
    [InlineData("7 (sh) S" + Rest, "sh", 'S', false)]
    [InlineData("7 (a) Z (b c) Z" + Rest, "a) Z (b c", 'Z', true)]
    [InlineData("7 () X" + Rest, "", 'X', true)]
    public void Name_may_hold_anything(string text, string name, char state, bool hasEnded)
    {
        ProcessStat.TryParse(text, out var stat).Should().BeTrue();

        stat.Should().Be(new ProcessStat(7, name, state, 4711) { ParentPid = 1 });
        stat.HasEnded.Should().Be(hasEnded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7 (sh")]
    [InlineData("7 )sh( S 1")]
    [InlineData("7 (sh) S 1 2 3")]
    [InlineData("x (sh) S" + Rest)]
    public void Text_of_another_form_is_refused(string text) => ProcessStat.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void This_process_has_started_and_not_ended()
    {
        var own = ProcessStat.Read(Environment.ProcessId);

        own.Should().NotBeNull();
        own!.Value.StartTicks.Should().BePositive();
        own.Value.HasEnded.Should().BeFalse();
    }
}
