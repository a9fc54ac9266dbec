using SyscallProbe.Matrix;

namespace SyscallProbe.Core.Tests.Matrix;

public sealed class GvisorReleasesTests
{
    static readonly GvisorReleases s_releases = GvisorReleases.Known;

    [Fact]
    public void Every_release_is_found_by_its_tag() =>
        s_releases.All.Should().OnlyContain(release => s_releases.Parse(s_releases.NameOf(release), null) == release);

    [Fact]
    public void Releases_are_ordered_by_the_date_in_their_tag()
    {
        (s_releases.Parse("release-20200601.0") < s_releases.Parse("release-20200608.0")).Should().BeTrue();
        s_releases.Newest.Should().Be(s_releases.All[^1]);
        Release.CompareNames("release-20240101.9", "release-20240101.10").Should().BeNegative();
    }

    [Theory]
    [InlineData("release-20260812.0", "release-20260810.0, release-20260817.0")]
    [InlineData("20260812", "release-20260810.0, release-20260817.0")]
    [InlineData("release-20260817.00", "release-20260817.0")]
    [InlineData("release-20990101.0", "release-20260817.0")]
    [InlineData("release-1", "release-20190304.1")]
    [InlineData("", "release-20260817.0")]
    [InlineData("latest", "release-20260817.0")]
    public void An_unknown_release_is_refused_with_the_nearest_known(string name, string nearest)
    {
        var parsing = () => s_releases.Parse(name, "--target gvisor@" + name);

        parsing.Should().Throw<FailureException>().Which.Failure.Should().Be(new Failure(FailureCode.UnknownTarget, $"unknown release '{name}'",
            "--target gvisor@" + name, $"nearest known: {nearest}; list all with `syscallprobe matrix list`"));
    }
}
