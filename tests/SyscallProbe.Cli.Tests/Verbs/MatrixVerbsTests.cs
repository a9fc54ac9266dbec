using System.Diagnostics;
using System.Text.Json;
using SyscallProbe.Cli.Upstream;
using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Cli.Tests.Verbs;

public sealed class MatrixVerbsTests
{
    const string Runsc = "/usr/bin/runsc";

    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public void Show_equals_what_Debians_runsc_says_of_itself(string arch)
    {
        RequireDebiansRunsc();
        var own = RunscTable.Parse(RunscProgram.Table(Runsc)).Where(entry => entry.Abi.Name() == arch).ToDictionary(entry => entry.Nr);

        var rows = Rows("--target", "gvisor@release-20221219.0", "--arch", arch);

        own.Keys.Should().BeSubsetOf(rows.Select(row => int.Parse(row[1])));
        rows.Select(row => (row[1], Support: own.TryGetValue(int.Parse(row[1]), out var entry) ? entry.Support : "undefined"))
            .Should().Equal(rows.Select(row => (row[1], row[3] switch { "full" => "Full Support", "partial" => "Partial Support", "undefined" => "undefined", _ => "Unimplemented" })));
    }

    [Fact]
    public void A_runsc_that_is_imported_prints_the_same_rows_as_its_release()
    {
        RequireDebiansRunsc();

        var (exit, output, _) = TestHost.Run(["matrix", "import", "--runsc", Runsc]);

        exit.Should().Be(0);
        var release = new[] { "amd64", "arm64" }.SelectMany(arch => Lines("--target", "gvisor@release-20221219.0", "--arch", arch).Skip(1));
        output.TrimEnd('\n').Split('\n').Skip(1).Should().Equal(release);
    }

    [Fact]
    public void A_runsc_that_knows_only_the_other_spelling_and_csv_is_asked_that_way()
    {
        using var folder = new TemporaryFolder();
        var program = folder.Script("[ \"$1 $2\" = 'syscalls -format=csv' ] || exit 2\nprintf 'OS,Arch,Num,Name,Support,Note\\nlinux,amd64,0,read,Full Support,Fully Supported.\\n'\n");

        var (exit, output, _) = TestHost.Run(["matrix", "import", "--runsc", program]);

        exit.Should().Be(0);
        output.Should().StartWith("arch,nr,name,level,errno,capability,note\namd64,0,read,full,,,\namd64,1,write,undefined,ENOSYS,,\n");
    }

    [Fact]
    public void A_program_that_prints_no_table_is_refused()
    {
        using var folder = new TemporaryFolder();

        var (exit, _, error) = TestHost.Run(["matrix", "import", "--runsc", folder.Script("echo hello\n")]);

        exit.Should().Be(1);
        error.Should().Contain("prints no syscall table");
    }

    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public void Show_has_a_row_for_every_number_of_the_kernel_at_every_release(string arch)
    {
        AbiNames.TryParse(arch, out var abi);
        var kernel = Syscalls.All(abi).Select(syscall => syscall.Nr.Value).ToArray();

        foreach (var release in new[] { "release-20190304.1", "release-20200522.0", "release-20211101.0", "release-20260817.0" })
        {
            var rows = Rows("--target", "gvisor@" + release, "--arch", arch);
            rows.Select(row => int.Parse(row[1])).Should().Contain(kernel).And.BeInAscendingOrder().And.OnlyHaveUniqueItems().And.OnlyContain(nr => nr < 512);
        }
    }

    [Fact]
    public void Show_names_the_kernels_name_and_json_gVisors_own_beside_it()
    {
        var (_, output, _) = TestHost.Run(["matrix", "show", "--target", "gvisor@release-20221219.0", "-f", "json"]);

        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("release").GetString().Should().Be("release-20221219.0");
        var sysctl = json.RootElement.GetProperty("syscalls").EnumerateArray().Single(row => row.GetProperty("nr").GetInt32() == 156);
        sysctl.GetProperty("name").GetString().Should().Be("_sysctl");
        sysctl.GetProperty("alias").GetString().Should().Be("sysctl");
        sysctl.GetProperty("errno").GetString().Should().Be("EPERM");
        sysctl.GetProperty("capability").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public void List_counts_every_syscall_once_per_release()
    {
        var (exit, output, _) = TestHost.Run(["matrix", "list", "-f", "json"]);

        exit.Should().Be(0);
        using var json = JsonDocument.Parse(output);
        var releases = json.RootElement.GetProperty("releases").EnumerateArray().Where(release => release.GetProperty("runtime").GetString() == "gvisor").ToArray();
        releases.Should().HaveCountGreaterThanOrEqualTo(275);
        foreach (var arch in new[] { Abi.Amd64, Abi.Arm64 })
        {
            releases.Select(release => release.GetProperty("counts").GetProperty(arch.Name()).EnumerateObject().Sum(count => count.Value.GetInt32()))
                .Should().AllBeEquivalentTo(Syscalls.All(arch).Length);
        }
    }

    [Fact]
    public void Diff_shows_when_clone3_came_back()
    {
        string[] diff = ["matrix", "diff", "gvisor@release-20230823.0", "gvisor@release-20230904.0", "-f", "json"];

        var (exit, output, _) = TestHost.Run([.. diff, "--exit-code"]);

        exit.Should().Be(2);
        using var json = JsonDocument.Parse(output);
        var clone3 = json.RootElement.GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("name").GetString() == "clone3");
        clone3.GetProperty("from").GetProperty("level").GetString().Should().Be("error");
        clone3.GetProperty("to").GetProperty("level").GetString().Should().Be("partial");
        TestHost.Run(diff).Exit.Should().Be(0);
    }

    [Fact]
    public void Diff_of_a_target_with_itself_is_empty()
    {
        var (exit, output, _) = TestHost.Run(["matrix", "diff", "gvisor", "gvisor", "--exit-code"]);

        exit.Should().Be(0);
        output.Should().StartWith("gvisor@release-").And.EndWith(", amd64: 0 levels and 0 notes changed\n");
    }

    static void RequireDebiansRunsc()
    {
        Assert.SkipUnless(File.Exists(Runsc), $"{Runsc} is not installed: apt-get install runsc");
        using var runsc = Process.Start(new ProcessStartInfo(Runsc, ["--version"]) { RedirectStandardOutput = true })!;
        var version = runsc.StandardOutput.ReadToEnd();
        runsc.WaitForExit();
        Assert.SkipUnless(version.Contains("20221219.0"), $"{Runsc} is not that of Debian 12: {version.Split('\n')[0]}");
    }

    static string[] Lines(params string[] options) => TestHost.Run(["matrix", "show", "-f", "csv", .. options]).Out.TrimEnd('\n').Split('\n');

    // Notes are last: what stands before them has no commas.
    static List<string[]> Rows(params string[] options) => [.. Lines(options).Skip(1).Select(line => line.Split(',', 7))];
}
