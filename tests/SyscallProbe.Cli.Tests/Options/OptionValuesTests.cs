using SyscallProbe.Cli.Options;

namespace SyscallProbe.Cli.Tests.Options;

public sealed class OptionValuesTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    public void Duration_has_a_unit(string text, int milliseconds) => OptionValues.Duration(text).TotalMilliseconds.Should().Be(milliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("10 s")]
    [InlineData("1e9s")]
    [InlineData("721h")]
    [InlineData("99999999999999999999999999h")]
    [InlineData("5sm")]
    public void What_is_no_duration_is_refused(string text) =>
        FluentActions.Invoking(() => OptionValues.Duration(text)).Should().Throw<FormatException>().WithMessage("a duration such as 500ms, 10s, 2m or 1h, at most 720h");

    [Theory]
    [InlineData("A=b=c", "A", "b=c")]
    [InlineData("A=", "A", "")]
    [InlineData("A", "A", null)]
    public void Variable_is_split_at_the_first_equals_sign(string text, string name, string? value) =>
        OptionValues.Variable(text).Should().Be(new KeyValuePair<string, string?>(name, value));

    [Fact]
    public void Expression_that_could_take_exponential_time_is_refused() =>
        FluentActions.Invoking(() => OptionValues.Expression(@"(a)\1")).Should().Throw<FormatException>();
}
