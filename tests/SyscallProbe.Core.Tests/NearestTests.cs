namespace SyscallProbe.Core.Tests;

public sealed class NearestTests
{
    static readonly string[] s_known = ["check", "record", "matrix", "release-20260810.0", "release-20260817.0", "release-20190304.1"];

    [Theory]
    [InlineData("chekc", "check")]
    [InlineData("CHECK", "check")]
    [InlineData("mat", "matrix")]
    [InlineData("recorded", "record")]
    public void A_slip_is_found(string typed, string name) => Nearest.To(typed, s_known).Should().StartWith(name);

    [Theory]
    [InlineData("")]
    [InlineData("zzzz")]
    [InlineData("explain")]
    public void What_resembles_nothing_has_no_nearest(string typed) => Nearest.To(typed, s_known).Should().BeEmpty();

    [Fact]
    public void The_closest_come_first() =>
        Nearest.To("release-20260812.0", s_known, 2).Should().Equal("release-20260810.0", "release-20260817.0");

    [Fact]
    public void A_name_of_a_megabyte_costs_no_quadratic_time() => Nearest.To(new string('x', 1 << 20), s_known).Should().BeEmpty();
}
