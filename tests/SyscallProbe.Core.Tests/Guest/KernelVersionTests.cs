using SyscallProbe.Guest;

namespace SyscallProbe.Core.Tests.Guest;

public sealed class KernelVersionTests
{
    [Theory]
    [InlineData("v6.18.35", "v6.18")]
    [InlineData("5.10", "v5.10")]
    [InlineData("v6.15.0-rc1-916aeec68dd4500a1cdf4ebf214c5620955daf3f", "v6.15")]
    [InlineData("kata-v5.6-april-09-2020", "v5.6")]
    [InlineData("6.2-TDX-v1.8", "v6.2")]
    public void The_series_is_read_from_every_form_that_Kata_has_used(string text, string series)
    {
        KernelVersion.TryParse(text, out var version).Should().BeTrue();
        version.ToString().Should().Be(series);
    }

    [Theory]
    [InlineData("")]
    [InlineData("virtio-fs-dev")]
    [InlineData("v6")]
    [InlineData("none")]
    [InlineData("secretmem.enable")]
    public void What_names_no_series_is_none(string text) => KernelVersion.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Distance_counts_series_over_the_change_of_the_major_version()
    {
        new KernelVersion(5, 19).DistanceTo(new KernelVersion(6, 1)).Should().Be(2);
        new KernelVersion(6, 7).DistanceTo(new KernelVersion(6, 12)).Should().Be(5);
        new KernelVersion(4, 20).DistanceTo(new KernelVersion(5, 0)).Should().Be(1);
    }

    [Theory]
    [InlineData("2.0.0-alpha3", "2.0.0-rc0")]
    [InlineData("2.0.0-rc1", "2.0.0")]
    [InlineData("3.9.0", "3.10.0")]
    [InlineData("3.10.0", "3.10.1")]
    [InlineData("3.32.0", "4.0.0")]
    public void Releases_are_ordered_as_versions(string earlier, string later)
    {
        new KataVersion(earlier).CompareTo(new KataVersion(later)).Should().BeNegative();
        new KataVersion(later).CompareTo(new KataVersion(earlier)).Should().BePositive();
    }

    [Theory]
    [InlineData("3.3.0-test")]
    [InlineData("CC-0.8.0")]
    [InlineData("release-3.4.0")]
    [InlineData("1.12.1")]
    [InlineData("2.1-alpha0")]
    public void Tags_of_other_forms_are_no_releases(string tag) => KataVersion.HasForm(tag).Should().BeFalse();
}
