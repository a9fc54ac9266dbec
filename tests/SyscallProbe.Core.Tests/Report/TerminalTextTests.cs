using CsCheck;
using SyscallProbe.Report;

namespace SyscallProbe.Core.Tests.Report;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("/usr/bin/redis-server", "/usr/bin/redis-server")]
    [InlineData("/srv/日本語/été", "/srv/日本語/été")]
    [InlineData("\e]0;title\a", @"\x1b]0;title\x07")]
    [InlineData("a\r\nb\tc", @"a\x0d\x0ab\x09c")]
    [InlineData("\u009b31m", @"\x9b31m")]
    [InlineData("txt\u202egpj", @"txt\u{202e}gpj")]
    [InlineData("a\u200bb\u2028", @"a\u{200b}b\u{2028}")]
    public void What_a_terminal_would_obey_is_written_out(string text, string shown) => TerminalText.Escape(text).Should().Be(shown);

    [Fact]
    public void No_control_character_survives() =>
        Gen.String.Sample(text => TerminalText.Escape(text).All(c => !char.IsControl(c)));

    [Fact]
    public void Escaping_again_changes_nothing() =>
        Gen.String.Sample(text => TerminalText.Escape(TerminalText.Escape(text)) == TerminalText.Escape(text));
}
