using System.Text.Json;
using SyscallProbe.Cli.Upstream;
using SyscallProbe.Matrix;

namespace SyscallProbe.Cli.Tests.Verbs;

/// <summary>The rules against Debian's runsc: the truth that they are held to.</summary>
public sealed class MatrixProbeTests
{
    const string Runsc = "/usr/bin/runsc";

    [Fact]
    public void Every_disagreement_with_Debians_runsc_is_known_and_every_known_one_is_there()
    {
        HostRequirement.Require(root: true, programs: ["runsc", "runc", "cc"]);
        RequireDebiansRunsc();

        var (exit, output, error) = TestHost.Run(["matrix", "probe", "--runsc", Runsc, "--runc", HostRequirement.PathOf("runc")!, "--exit-code", "-f", "json"]);

        using var json = JsonDocument.Parse(output.Length > 0 ? output : throw new InvalidOperationException(error));
        var calls = json.RootElement.GetProperty("calls").EnumerateArray().ToList();
        calls.Where(call => call.GetProperty("agrees").ValueKind == JsonValueKind.False).Select(call => (Cell(call, "query"), Cell(call, "configuration"), Cell(call, "predicted"), Cell(call, "runsc")))
            .Should().BeEquivalentTo(Known());
        exit.Should().Be(0, "no disagreement is new");
        int probed = json.RootElement.GetProperty("probed").GetInt32(), disagreeing = json.RootElement.GetProperty("disagreeing").GetInt32();
        probed.Should().BeGreaterThanOrEqualTo(870);
        (disagreeing * 50).Should().BeLessThanOrEqualTo(probed);
        json.RootElement.GetProperty("diverging").GetInt32().Should().BeGreaterThan(200, "the same calls were made under runc");
    }

    [Fact]
    public void A_program_that_is_of_no_release_is_refused()
    {
        using var folder = new TemporaryFolder();

        var (exit, _, error) = TestHost.Run(["matrix", "probe", "--runsc", folder.Script("echo runsc version 1\n")]);

        exit.Should().Be(1);
        error.Should().Contain("does not say which release it is of");
    }

    [Fact]
    public void A_release_that_is_not_known_gives_its_own_exit_code()
    {
        using var folder = new TemporaryFolder();

        var (exit, _, error) = TestHost.Run(["matrix", "probe", "--runsc", folder.Script("echo runsc version release-20990101.0\n")]);

        exit.Should().Be(5);
        error.Should().Contain("unknown release 'release-20990101.0'");
    }

    static string Cell(JsonElement call, string name) => call.GetProperty(name).GetString() ?? "";

    static void RequireDebiansRunsc() =>
        Assert.SkipUnless(GvisorReleases.Known.NameOf(RunscProgram.ReleaseOf(Runsc)) == "release-20221219.0", $"{Runsc} is not that of Debian 12");

    static IEnumerable<(string, string, string, string)> Known()
    {
        using var csv = File.OpenRead(Repo.PathOf("data", "gvisor", "disagreements.csv"));
        var file = CsvFile.Read("data/gvisor/disagreements.csv", csv);
        return [.. file.Rows.Select(row => (row[file.Column("query")], row[file.Column("configuration")], row[file.Column("predicted")], row[file.Column("observed")]))];
    }
}
