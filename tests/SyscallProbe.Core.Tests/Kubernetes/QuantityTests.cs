using SyscallProbe.Kubernetes;

namespace SyscallProbe.Core.Tests.Kubernetes;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("250m", "0.25")]
    [InlineData("1.0", "1")]
    [InlineData("320Mi", "335544320")]
    [InlineData("1Ki", "1024")]
    [InlineData("1k", "1000")]
    [InlineData("1e3", "1000")]
    [InlineData("2E", "2000000000000000000")]
    [InlineData("0", "0")]
    public void A_quantity_is_a_number_with_a_suffix(string text, string value)
    {
        Quantity.TryParse(text, out var parsed).Should().BeTrue();
        parsed.Should().Be(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mi")]
    [InlineData("50Mb")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1 Mi")]
    [InlineData("99999999999999999999999999Ei")]
    public void Anything_else_is_none(string text) => Quantity.TryParse(text, out _).Should().BeFalse();
}
