namespace SyscallProbe.Cli.Tests.Upstream;

public sealed class KataImportTests
{
    static readonly string[] s_files = ["releases.csv", "kernels.csv", "configs.csv"];

    [Fact]
    public void Every_release_gives_its_kernels_and_their_configurations()
    {
        using var upstream = new KataUpstream();

        var (exit, output, error) = upstream.Import();

        exit.Should().Be(0, error);
        output.Should().StartWith("kata/releases.csv: 4 rows, changed\nkata/kernels.csv: 10 rows, changed\nkata/configs.csv: ");
        foreach (var file in s_files) Golden.Matches($"tests/upstream/kata/expected/{file}", upstream.Data(file));
    }

    [Fact]
    public void Importing_again_changes_no_byte_and_leaves_nothing_in_the_trees()
    {
        using var upstream = new KataUpstream();
        upstream.Import();
        var first = s_files.Select(upstream.Data).ToArray();

        var (_, output, _) = upstream.Import();

        output.Should().NotContain("changed");
        s_files.Select(upstream.Data).Should().Equal(first);
        Directory.EnumerateFiles(upstream.Tree("linux-6.1"), "*", SearchOption.AllDirectories).Should().HaveCount(2);
    }

    [Fact]
    public void A_configuration_is_made_once_for_releases_that_decide_it_alike()
    {
        using var upstream = new KataUpstream();

        var (_, _, error) = upstream.Import();

        error.Should().Contain("2.9.0-rc0: kernel for amd64 in Linux v6.1\n").And.Contain("3.9.0: kernel for amd64 in Linux v6.1\n");
        error.Should().NotContain("2.9.0:", "it is built as 2.9.0-rc0 is, in the same tree");
    }

    [Fact]
    public void A_version_that_is_not_where_the_variant_says_stops_it_with_release_and_path()
    {
        using var upstream = new KataUpstream();
        upstream.Edit("kata/variants.csv", text => text.Replace("3.10.0,,assets.kernel.confidential", "3.9.0,,assets.kernel.confidential"));

        var (exit, _, error) = upstream.Import();

        exit.Should().Be(1);
        error.Should().Contain("syscallprobe: error: 3.9.0 has no assets.kernel.confidential.version in versions.yaml\n  at  data/kata/variants.csv: kernel-confidential\n");
        upstream.Has("releases.csv").Should().BeFalse("nothing is written before all is understood");
    }

    [Fact]
    public void A_tree_that_makes_no_configuration_stops_it()
    {
        using var upstream = new KataUpstream();
        File.WriteAllText(Path.Combine(upstream.Tree("linux-6.1"), "scripts/kconfig/merge_config.sh"), "#!/bin/sh\necho no compiler >&2\nexit 1\n");

        var (exit, _, error) = upstream.Import();

        exit.Should().Be(1);
        error.Should().Contain("syscallprobe: error: merge_config.sh made no configuration in ").And.Contain("no compiler");
    }

    [Fact]
    public void Without_a_source_tree_nothing_is_imported()
    {
        using var upstream = new KataUpstream();

        var (exit, _, error) = upstream.Import("--quiet");

        exit.Should().Be(1);
        error.Should().StartWith("syscallprobe: error: no Linux source to make guest configurations in\n  fix give --linux-source DIR");
    }
}
